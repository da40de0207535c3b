import { Copy, type LucideIcon, RotateCw, ZoomIn, ZoomOut } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useEffectEvent } from 'react';
import { IconButton, type IconButtonProps } from '#shared/ui/icon-button.tsx';
import { toast } from '#shared/ui/toast.tsx';
import type { Carousel } from './carousel.ts';
import type { Point, Zoomable, ZoomStop } from './zoom.ts';

/** Over a file, whatever its colours. */
export function LightboxButton({ icon: Icon, ...rest }: Omit<IconButtonProps, 'children'> & { icon: LucideIcon }) {
  return (
    <IconButton variant="overlay" {...rest}>
      <Icon aria-hidden="true" />
    </IconButton>
  );
}

const stepFactor = 1.5;
const arrowPx = 80;
const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: arrowPx, y: 0 },
  ArrowRight: { x: -arrowPx, y: 0 },
  ArrowUp: { x: 0, y: arrowPx },
  ArrowDown: { x: 0, y: -arrowPx },
};

/**
 * Buttons, not on phones, where two fingers zoom and the bar has no room; and keys, wherever the focus is in the
 * lightbox. Arrows pan what is zoomed, and are then marked as handled so that they do not go to the next file as well.
 */
export function ZoomControls({ target, stop }: { target: Zoomable; stop: ZoomStop }) {
  const t = useTranslations('lightbox');
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    const by = arrows[event.key];
    if (by && target.isZoomed()) {
      event.preventDefault();
      target.panBy(by);
    } else if (event.key === '+' || event.key === '=') target.zoomBy(stepFactor);
    else if (event.key === '-') target.zoomBy(1 / stepFactor);
    else if (event.key === '0') target.reset();
    // By its place: in a Russian layout the key writes another letter.
    else if (event.code === 'KeyR') target.rotate?.();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    // Captured: before the lightbox, which goes to the next file by the arrows nobody has taken.
    window.addEventListener('keydown', listener, { capture: true });
    return () => window.removeEventListener('keydown', listener, { capture: true });
  }, []);
  const common = (factor: number) => ({ className: 'max-sm:hidden', onClick: () => target.zoomBy(factor) });
  const out = { disabled: stop === 'fitted', ...common(1 / stepFactor) };
  return (
    <>
      <LightboxButton icon={ZoomOut} label={t('zoomOut')} shortcut="−" {...out} />
      <LightboxButton
        icon={ZoomIn}
        label={t('zoomIn')}
        shortcut="+"
        disabled={stop === 'max'}
        {...common(stepFactor)}
      />
    </>
  );
}

export function PictureControls({ carousel, stop }: { carousel: Carousel; stop: ZoomStop }) {
  const t = useTranslations('lightbox');
  const copy = () =>
    carousel.copy().then(
      () => toast(t('copied')),
      () => toast(t('copyFailed'), { tone: 'danger' }),
    );
  return (
    <>
      <ZoomControls target={carousel} stop={stop} />
      <LightboxButton icon={RotateCw} label={t('rotate')} shortcut="R" onClick={carousel.rotate} />
      <LightboxButton icon={Copy} label={t('copy')} onClick={() => void copy()} />
    </>
  );
}
