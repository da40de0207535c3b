import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import type { AttachmentDto } from '../../_api/types.ts';
import { claimPlayback, findPosition, rememberPosition } from '../attachment/playback.ts';
import { useLocalPicture } from '../attachment/use-local-picture.ts';

/** A video in the browser's own player, from where the reader stopped. */
export function VideoSlide({ attachment, host }: { attachment: AttachmentDto; host: HTMLElement }) {
  const t = useTranslations('lightbox');
  const [isBroken, setBroken] = useState(false);
  const local = useLocalPicture(attachment.id)?.url;
  if (isBroken) return createPortal(<p className="lightbox-message">{t('videoFailed')}</p>, host);
  return createPortal(
    // biome-ignore lint/a11y/useMediaCaption: people's own recordings come without captions
    <video
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
      className="size-full object-contain sm:px-16 sm:pb-6"
    />,
    host,
  );
}
