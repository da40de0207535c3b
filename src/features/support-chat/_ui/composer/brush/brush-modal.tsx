import { Undo2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId, useRef, useState } from 'react';
import { Button } from '#shared/ui/button.tsx';
import { cn } from '#shared/ui/cn.ts';
import { Modal } from '#shared/ui/modal.tsx';
import { drawStrokes, nameForPainted, type Size, type Stroke } from './strokes.ts';
import { useBrush } from './use-brush.ts';

export interface BrushModalProps {
  /** Object URL of the picture. */
  url: string;
  name: string;
  onApply: (file: Blob, name: string) => void;
  onClose: () => void;
}

/** Redacts parts of a picture on this device; what is covered is not in the file that leaves. */
export default function BrushModal({ url, name, onApply, onClose }: BrushModalProps) {
  const t = useTranslations('composer.brush');
  const keysId = useId();
  const image = useRef<HTMLImageElement>(null);
  const [isBroken, setBroken] = useState(false);
  const brush = useBrush();
  const { strokes, size } = brush;
  const apply = async () => {
    const painted = image.current && size ? await paint(image.current, size, strokes, name) : null;
    if (!painted) return setBroken(true);
    onApply(painted.file, painted.name);
    onClose();
  };
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title')}
      description={isBroken ? t('failed') : t('hint')}
      closeLabel={t('cancel')}
      size="lg"
      footer={
        <>
          <Button variant="ghost" disabled={strokes.length === 0} onClick={brush.undo} className="mr-auto">
            <Undo2 aria-hidden="true" className="size-4" />
            {/* Three buttons with words are wider than a phone. */}
            <span className="max-sm:sr-only">{t('undo')}</span>
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" disabled={strokes.length === 0 || isBroken} onClick={() => void apply()}>
            {t('apply')}
          </Button>
        </>
      }
    >
      <label className="mb-3 flex items-center gap-3 text-sm text-muted">
        {t('size')}
        <input type="range" {...brush.widthProps} className="w-40 accent-accent" />
      </label>
      <div className="relative mx-auto w-fit overflow-hidden rounded-md bg-sunken">
        {/* biome-ignore lint/performance/noImgElement: an object URL of a local file */}
        <img
          ref={image}
          src={url}
          alt=""
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => brush.begin({ width, height })}
          onError={() => setBroken(true)}
          className="block max-h-[52dvh] max-w-full"
        />
        <Painting brush={brush} describedBy={keysId} />
      </div>
      <p id={keysId} className="mt-2 text-2xs text-muted max-sm:sr-only">
        {t('keys')}
      </p>
    </Modal>
  );
}

/** What covers the picture, and where the brush is while the keyboard holds it. */
function Painting({ brush, describedBy }: { brush: ReturnType<typeof useBrush>; describedBy: string }) {
  const t = useTranslations('composer.brush');
  const { size, width, canvasRef, canvasProps, keys } = brush;
  return (
    <>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: its arrow keys are ours, a screen reader hands them on */}
      <canvas
        ref={canvasRef}
        width={size?.width ?? 1}
        height={size?.height ?? 1}
        aria-label={t('canvas')}
        aria-describedby={describedBy}
        role="application"
        tabIndex={0}
        {...canvasProps}
        className="absolute inset-0 size-full cursor-crosshair touch-none"
      />
      {keys.spot && size ? (
        <span
          aria-hidden="true"
          data-brush
          className={cn(
            'pointer-events-none absolute aspect-square -translate-1/2 rounded-full border-2 border-white shadow-[0_0_0_2px_black]',
            keys.isDown && 'bg-black',
          )}
          style={{
            left: `${(keys.spot.x / size.width) * 100}%`,
            top: `${(keys.spot.y / size.height) * 100}%`,
            width: `${(width / size.width) * 100}%`,
          }}
        />
      ) : null}
    </>
  );
}

interface Painted {
  file: Blob;
  name: string;
}

/** A new file from pixels alone: nothing of the old one, its metadata included, comes along. */
async function paint(
  image: HTMLImageElement,
  size: Size,
  strokes: readonly Stroke[],
  name: string,
): Promise<Painted | null> {
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  const pen = canvas.getContext('2d');
  if (!pen) return null;
  pen.drawImage(image, 0, 0, size.width, size.height);
  drawStrokes(pen, strokes);
  const isJpeg = /\.(jpe?g|jfif)$/i.test(name);
  const target = nameForPainted(name, isJpeg ? 'image/jpeg' : '');
  const file = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, target.mimeType, 0.92));
  return file && { file, name: target.name };
}
