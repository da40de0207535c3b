import { ZoomIn, ZoomOut } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { maxScale, type ZoomActs } from './zoom-state.ts';

export interface ZoomButtonsProps extends Pick<ZoomActs, 'zoomIn' | 'zoomOut'> {
  scale: number;
  className?: string;
}

export function ZoomButtons({ scale, zoomIn, zoomOut, className }: ZoomButtonsProps) {
  const t = useTranslations('viewer');
  return (
    <>
      <IconButton
        variant="overlay"
        label={t('zoomOut')}
        shortcut="−"
        disabled={scale === 1}
        onClick={zoomOut}
        className={className}
      >
        <ZoomOut aria-hidden="true" />
      </IconButton>
      <IconButton
        variant="overlay"
        label={t('zoomIn')}
        shortcut="+"
        disabled={scale === maxScale}
        onClick={zoomIn}
        className={className}
      >
        <ZoomIn aria-hidden="true" />
      </IconButton>
    </>
  );
}
