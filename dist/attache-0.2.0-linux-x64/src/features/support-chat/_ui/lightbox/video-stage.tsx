import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { claimPlayback, findPosition, rememberPosition } from '../attachment/playback.ts';
import { useLocalPicture } from '../attachment/use-local-picture.ts';
import type { StageProps } from './image-stage.tsx';
import { LightboxMessage } from './lightbox-message.tsx';
import { useSwipe } from './use-swipe.ts';

/** A video in the browser's own player, from where the reader stopped. */
export function VideoStage({ attachment, renderBar, onStep }: Omit<StageProps, 'onClose'>) {
  const t = useTranslations('viewer');
  const ref = useRef<HTMLVideoElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  useSwipe(stage, onStep);
  const [isBroken, setBroken] = useState(false);
  const local = useLocalPicture(attachment.id)?.url;
  return (
    <>
      {renderBar(null)}
      <div ref={stage} className="relative flex min-h-0 flex-1 items-center justify-center sm:px-16 sm:pb-6">
        {isBroken ? (
          <LightboxMessage>{t('videoFailed')}</LightboxMessage>
        ) : (
          // biome-ignore lint/a11y/useMediaCaption: people's own recordings come without captions
          <video
            ref={ref}
            src={local ?? attachment.url}
            poster={attachment.previewUrl ?? undefined}
            controls
            autoPlay
            playsInline
            preload="metadata"
            aria-label={attachment.name}
            onLoadedMetadata={(event) => {
              event.currentTarget.currentTime = findPosition(attachment.id);
            }}
            onPlay={(event) => claimPlayback(event.currentTarget)}
            onTimeUpdate={(event) => rememberPosition(attachment.id, event.currentTarget)}
            onError={() => setBroken(true)}
            // A small recording is watched as large as the screen allows.
            className="size-full object-contain"
          />
        )}
      </div>
    </>
  );
}
