import { useTranslations } from 'next-intl';
import { useContext, useState } from 'react';
import { cn } from '#shared/ui/cn.ts';
import type { AttachmentDto } from '../../_api/types.ts';
import { findPicture } from './describe-attachment.ts';
import { StillContext } from './still-context.ts';
import { thumbhashUrl } from './thumbhash-url.ts';
import { useLocalPicture } from './use-local-picture.ts';

export interface PictureTileProps {
  attachment: AttachmentDto;
  label: string;
  onOpen: () => void;
}

/**
 * One picture. Its box has the true proportions before a byte arrives, and a placeholder in its colours fills it
 * until the picture covers it, so nothing on the page moves.
 */
export function PictureTile({ attachment, label, onOpen }: PictureTileProps) {
  const t = useTranslations('conversation');
  const local = useLocalPicture(attachment.id)?.url;
  const source = findPicture(attachment);
  const url = local ?? source.url;
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  const isStill = useContext(StillContext);
  const placeholder = thumbhashUrl(attachment.thumbhash);
  // Without a known size the box has another shape than the picture: show all of it rather than cut.
  const fit = attachment.width === null ? 'object-contain' : 'object-cover';
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-label={t('openLabel', { what: label })}
      className="group/tile relative block size-full overflow-hidden bg-sunken bg-cover bg-center -outline-offset-2"
      style={placeholder ? { backgroundImage: `url(${placeholder})` } : undefined}
    >
      {isStill ? null : url !== null && state !== 'failed' ? (
        // biome-ignore lint/performance/noImgElement: private files bypass Next's optimizer (docs/threat-model.md 8)
        <img
          key={url}
          src={url}
          alt=""
          decoding="async"
          draggable={false}
          onLoad={() => setState('shown')}
          onError={() => setState('failed')}
          className={cn(
            'size-full transition-opacity duration-150',
            fit,
            state === 'shown' || local ? 'opacity-100' : 'opacity-0',
          )}
        />
      ) : (
        <span className="absolute inset-0 flex items-center justify-center p-2">
          <span className="max-w-full text-balance rounded-lg bg-black/60 px-2 py-1 text-center text-xs text-white">
            {state === 'failed' ? t('pictureFailed') : t('previewComing')}
          </span>
        </span>
      )}
    </button>
  );
}
