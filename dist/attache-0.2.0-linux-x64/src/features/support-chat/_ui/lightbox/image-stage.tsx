import { Copy, RotateCw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useRef, useState } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { toast } from '#shared/ui/toast.tsx';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import { thumbhashUrl } from '../attachment/thumbhash-url.ts';
import { useLocalPicture } from '../attachment/use-local-picture.ts';
import { copyPicture } from './copy-picture.ts';
import { LightboxMessage } from './lightbox-message.tsx';
import { useGestures } from './use-gestures.ts';
import { useZoom } from './use-zoom.ts';
import { useZoomKeys } from './use-zoom-keys.ts';
import { ZoomButtons } from './zoom-buttons.tsx';
import { followSwipe, type Point } from './zoom-state.ts';

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
  // The server may measure it while it is looked at; until then the picture tells.
  const [natural, setNatural] = useState(unknownSize);
  const { width, height } = attachment;
  const size = width && height ? { width, height } : natural;
  const zoom = useZoom(stage, size);
  const url = local ?? attachment.previewUrl ?? attachment.url;
  // Of one address: the preview of a file that cannot be drawn as it is may come while somebody waits for it.
  const [settled, setSettled] = useState<{ url: string; state: 'shown' | 'failed' } | null>(null);
  const state = settled?.url === url ? settled.state : 'loading';

  const [drag, setDrag] = useState<Point | null>(null);
  useGestures(stage, {
    onZoom: zoom.zoomAt,
    onPan: zoom.panBy,
    // Beside the picture a mouse closes, as beside any dialog.
    onPress: (at, over) => (over === stage.current ? onClose() : zoom.toggle(at)),
    getZoom: zoom.getZoom,
    onDrag: (by) => setDrag(by && followSwipe(by)),
    onSwipe: (direction) => (direction === 'close' ? onClose() : onStep(direction === 'next' ? 1 : -1)),
  });
  const copy = () =>
    copyPicture(url).then(
      () => toast(t('copied')),
      () => toast(t('copyFailed'), { tone: 'danger' }),
    );
  useZoomKeys(zoom);

  const { scale, x, y } = zoom.zoom;
  const glides = drag === null && (zoom.glides || scale === 1);
  const likeness = attachment.thumbnailUrl ?? thumbhashUrl(attachment.thumbhash);
  return (
    <>
      {renderBar(
        <>
          <ZoomButtons scale={scale} zoomIn={zoom.zoomIn} zoomOut={zoom.zoomOut} className="max-sm:hidden" />
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
          scale > 1 && 'cursor-grab active:cursor-grabbing',
        )}
      >
        {state === 'failed' ? (
          <LightboxMessage>
            {t(attachment.previewState === 'pending' ? 'previewComing' : 'imageFailed')}
          </LightboxMessage>
        ) : (
          <div
            className={cn(
              'absolute top-1/2 left-1/2 bg-cover bg-center',
              scale === 1 && 'cursor-zoom-in',
              glides && 'transition-transform duration-150',
            )}
            style={{
              width: zoom.shown.width,
              height: zoom.shown.height,
              visibility: zoom.isPlaced ? 'visible' : 'hidden',
              transform: `translate(-50%, -50%) translate(${x + (drag?.x ?? 0)}px, ${y + (drag?.y ?? 0)}px) scale(${scale}) rotate(${zoom.turns * 90}deg)`,
              backgroundImage: state === 'loading' && likeness ? `url("${likeness}")` : undefined,
            }}
          >
            {/* biome-ignore lint/performance/noImgElement: private files must not pass Next's image optimizer (THREATS.md 8) */}
            <img
              src={url}
              alt={attachment.name}
              draggable={false}
              onLoad={(event) => {
                setSettled({ url, state: 'shown' });
                const { naturalWidth, naturalHeight } = event.currentTarget;
                if (naturalWidth > 0) setNatural({ width: naturalWidth, height: naturalHeight });
              }}
              onError={() => setSettled({ url, state: 'failed' })}
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
