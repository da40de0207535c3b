import { Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useContext, useRef, useState } from 'react';
import { cn } from '#shared/ui/cn.ts';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import { StillContext } from '../conversation/first-view-context.tsx';
import { formatDuration } from './format.ts';
import { claimPlayback, findPosition, rememberPosition } from './playback.ts';
import { useLocalPicture } from './use-local-picture.ts';

export interface VideoTileProps {
  attachment: AttachmentDto;
  label: string;
  /** A tile of an album is too small to play in: it opens the viewer. */
  plays: boolean;
  onOpen: () => void;
}

/** A video: first its still with a play sign, after a press the browser's own player, which seeks by ranges. */
export function VideoTile({ attachment, label, plays, onOpen }: VideoTileProps) {
  const t = useTranslations('conversation');
  const ref = useRef<HTMLVideoElement>(null);
  const [isStarted, setStarted] = useState(false);
  const [seconds, setSeconds] = useState(attachment.durationSeconds);
  const local = useLocalPicture(attachment.id)?.url;
  const isStill = useContext(StillContext);
  // Small, and no opening: whoever scrolls past a film has not seen it (the record of openings counts previews).
  const poster = attachment.thumbnailUrl ?? attachment.previewUrl ?? undefined;

  const start = () => {
    if (!plays) return onOpen();
    setStarted(true);
    const video = ref.current;
    if (!video) return;
    video.currentTime = findPosition(attachment.id);
    video.focus();
    // Refused when the browser cannot read the codec; its own controls then say so.
    video.play().catch(() => undefined);
  };

  return (
    <div className="relative size-full overflow-hidden bg-black">
      {/* biome-ignore lint/a11y/useMediaCaption: people's own recordings come without captions */}
      <video
        ref={ref}
        src={isStill ? undefined : (local ?? attachment.url)}
        poster={isStill ? undefined : poster}
        preload="metadata"
        playsInline
        controls={isStarted}
        tabIndex={isStarted ? 0 : -1}
        aria-label={label}
        onLoadedMetadata={(event) => setSeconds(event.currentTarget.duration)}
        onPlay={(event) => claimPlayback(event.currentTarget)}
        onPause={(event) => rememberPosition(attachment.id, event.currentTarget)}
        className={cn('size-full', plays ? 'object-contain' : 'object-cover')}
      />
      {isStarted ? null : (
        <button
          type="button"
          onClick={start}
          aria-label={t('playLabel', { what: label })}
          className="absolute inset-0 flex items-center justify-center -outline-offset-2"
        >
          <span className="flex size-12 items-center justify-center rounded-full bg-black/55 text-white transition-transform hover:scale-105">
            <Play aria-hidden="true" className="ml-0.5 size-5 fill-current" />
          </span>
        </button>
      )}
      {!isStarted && seconds !== null && Number.isFinite(seconds) ? (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-2 left-2 rounded-full bg-black/60 px-2 py-0.5 text-2xs text-white tabular"
        >
          {formatDuration(seconds)}
        </span>
      ) : null}
    </div>
  );
}
