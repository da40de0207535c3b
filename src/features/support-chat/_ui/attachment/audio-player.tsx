import { Pause, Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ComponentProps, useRef, useState } from 'react';
import { cn } from '#shared/ui/cn.ts';
import type { AttachmentDto } from '../../_api/types.ts';
import { FileName } from './file-name.tsx';
import { formatDuration } from './format.ts';
import { claimPlayback, findPosition, rememberPosition } from './playback.ts';
import { Waveform } from './waveform.tsx';

export interface AudioPlayerProps {
  attachment: AttachmentDto;
  label: string;
}

/** A recording: play, its shape to seek in, and its time. */
export function AudioPlayer({ attachment, label }: AudioPlayerProps) {
  const t = useTranslations('conversation');
  const { isPlaying, isBroken, position, duration, toggle, seek, audioProps } = useAudio(attachment);
  const Icon = isPlaying ? Pause : Play;
  return (
    <div className="flex w-80 max-w-full items-center gap-3">
      <audio {...audioProps} />
      <button
        type="button"
        onClick={toggle}
        disabled={isBroken}
        aria-label={t(isPlaying ? 'pauseLabel' : 'playLabel', { what: label })}
        className="flex size-11 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-hover disabled:opacity-50"
      >
        <Icon aria-hidden="true" className={cn('size-5 fill-current', !isPlaying && 'ml-0.5')} />
      </button>
      <div className="min-w-0 flex-1">
        <Waveform
          peaks={attachment.waveform}
          position={position}
          duration={duration}
          label={t('seekLabel')}
          onSeek={seek}
        />
        <div className="mt-1 flex gap-2 text-xs opacity-75">
          <span className="shrink-0 tabular">
            {isBroken ? t('audioFailed') : formatDuration(position > 0 ? position : duration)}
          </span>
          <FileName name={attachment.name} />
        </div>
      </div>
    </div>
  );
}

/** The browser's own audio element, which reads by ranges, and what it says of itself. Seconds. */
function useAudio({ id, url, durationSeconds }: AttachmentDto) {
  const ref = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const [position, setPosition] = useState(0);
  const [duration, setDuration] = useState(durationSeconds ?? 0);
  const audioProps: ComponentProps<'audio'> = {
    ref,
    src: url,
    // The length is known to the server; then nothing need be fetched before a press.
    preload: durationSeconds === null ? 'metadata' : 'none',
    onPlay(event) {
      claimPlayback(event.currentTarget);
      setPlaying(true);
    },
    onPause(event) {
      rememberPosition(id, event.currentTarget);
      setPlaying(false);
    },
    onTimeUpdate: (event) => setPosition(event.currentTarget.currentTime),
    onDurationChange: ({ currentTarget }) =>
      Number.isFinite(currentTarget.duration) && setDuration(currentTarget.duration),
    onEnded: () => setPosition(0),
    onError: () => setBroken(true),
  };
  return {
    ...{ isPlaying, isBroken, position, duration, audioProps },
    toggle() {
      const audio = ref.current;
      if (!audio) return;
      if (!audio.paused) return audio.pause();
      if (audio.currentTime === 0) audio.currentTime = findPosition(id);
      audio.play().catch(() => setBroken(true));
    },
    seek(seconds: number) {
      setPosition(seconds);
      if (ref.current) ref.current.currentTime = seconds;
    },
  };
}
