import { Copy, RotateCw, ZoomIn, ZoomOut } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { toast } from '#shared/ui/toast.tsx';
import type { AttachmentDto } from '../../dto/chat-dto.ts';
import { thumbhashUrl } from '../conversation/attachments/thumbhash-url.ts';
import { useLocalPicture } from '../conversation/attachments/use-local-picture.ts';
import { copyPicture } from './copy-picture.ts';
import { useGestures } from './use-gestures.ts';
import { useZoom } from './use-zoom.ts';
import { ViewerMessage } from './viewer-message.tsx';

export interface StageProps {
  attachment: AttachmentDto;
  renderBar: (actions: ReactNode) => ReactNode;
  onStep: (by: 1 | -1) => void;
  onClose: () => void;
}

const unknownSize = { width: 1600, height: 1200 };

/** One picture: the preview first, sharp enough for a screen; the original only by "open original". */
export function ImageStage({ attachment, renderBar, onStep, onClose }: StageProps) {
  const t = useTranslations('viewer');
  const stage = useRef<HTMLDivElement>(null);
  const local = useLocalPicture(attachment.id)?.url;
  const [size, setSize] = useState(
    attachment.width && attachment.height ? { width: attachment.width, height: attachment.height } : unknownSize,
  );
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  const zoom = useZoom(stage, size);
  const url = local ?? attachment.previewUrl ?? attachment.url;

  useGestures(stage, {
    onZoom: zoom.zoomAt,
    onPan: zoom.panBy,
    onDoublePress: zoom.toggle,
    getZoom: zoom.getZoom,
    onSwipe: (direction) => (direction === 'close' ? onClose() : onStep(direction === 'next' ? 1 : -1)),
  });
  const copy = () =>
    copyPicture(url).then(
      () => toast(t('copied')),
      () => toast(t('copyFailed'), { tone: 'danger' }),
    );
  const keys: Record<string, () => unknown> = {
    '+': zoom.zoomIn,
    '=': zoom.zoomIn,
    '-': zoom.zoomOut,
    '0': zoom.reset,
    r: zoom.rotate,
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) keys[event.key]?.();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);

  const { scale, x, y } = zoom.zoom;
  const likeness = attachment.thumbnailUrl ?? thumbhashUrl(attachment.thumbhash);
  return (
    <>
      {renderBar(
        <>
          <IconButton
            variant="overlay"
            label={t('zoomOut')}
            shortcut="−"
            disabled={scale === 1}
            onClick={zoom.zoomOut}
            className="max-sm:hidden"
          >
            <ZoomOut aria-hidden="true" />
          </IconButton>
          <IconButton
            variant="overlay"
            label={t('zoomIn')}
            shortcut="+"
            onClick={zoom.zoomIn}
            className="max-sm:hidden"
          >
            <ZoomIn aria-hidden="true" />
          </IconButton>
          <IconButton variant="overlay" label={t('rotate')} shortcut="R" onClick={zoom.rotate}>
            <RotateCw aria-hidden="true" />
          </IconButton>
          <IconButton variant="overlay" label={t('copy')} onClick={() => void copy()}>
            <Copy aria-hidden="true" />
          </IconButton>
        </>,
      )}
      <div
        ref={stage}
        className={cn(
          'relative min-h-0 flex-1 touch-none overflow-hidden select-none',
          scale > 1 ? 'cursor-grab active:cursor-grabbing' : 'cursor-zoom-in',
        )}
      >
        {state === 'failed' ? (
          <ViewerMessage>{t('imageFailed')}</ViewerMessage>
        ) : (
          <div
            className="absolute top-1/2 left-1/2 bg-cover bg-center"
            style={{
              width: zoom.shown.width,
              height: zoom.shown.height,
              visibility: zoom.isPlaced ? 'visible' : 'hidden',
              transform: `translate(-50%, -50%) translate(${x}px, ${y}px) scale(${scale}) rotate(${zoom.turns * 90}deg)`,
              backgroundImage: state === 'loading' && likeness ? `url("${likeness}")` : undefined,
            }}
          >
            {/* biome-ignore lint/performance/noImgElement: private files must not pass Next's image optimizer (THREATS.md 8) */}
            <img
              src={url}
              alt={attachment.name}
              draggable={false}
              onLoad={(event) => {
                setState('shown');
                const { naturalWidth: width, naturalHeight: height } = event.currentTarget;
                if (attachment.width === null && width > 0) setSize({ width, height });
              }}
              onError={() => setState('failed')}
              className={cn(
                'size-full transition-opacity duration-150',
                state === 'shown' ? 'opacity-100' : 'opacity-0',
              )}
            />
          </div>
        )}
      </div>
    </>
  );
}
