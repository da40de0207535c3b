'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, lazy, Suspense, useEffect, useEffectEvent, useMemo, useState } from 'react';
import { useReturnFocus } from '#shared/ui/use-return-focus.ts';
import type { AttachmentDto } from '../../_api/types.ts';
import { downloadUrl } from '../attachment/describe-attachment.ts';
import { useLocalPictures } from '../attachment/use-local-picture.ts';
import { barPx, type Carousel, createCarousel } from './carousel.ts';
import { LightboxBar } from './lightbox-bar.tsx';
import { LightboxButton, PictureControls } from './lightbox-controls.tsx';
import { toSlide } from './slide.ts';
import { VideoSlide } from './video-slide.tsx';
import type { ZoomStop } from './zoom.ts';

const PdfSlide = lazy(() => import('./pdf-slide.tsx'));

export interface LightboxProps {
  items: readonly AttachmentDto[];
  current: AttachmentDto;
  onChange: (attachmentId: string) => void;
  onClose: () => void;
}

/** Full screen, always dark: a file is looked at, not a page. Focus is kept inside and given back. */
export default function Lightbox({ items, current, onChange, onClose }: LightboxProps) {
  const t = useTranslations('lightbox');
  const returnFocus = useReturnFocus(true);
  const [actions, setActions] = useState<HTMLElement | null>(null);
  const { setParent, carousel, slide, stop } = useCarousel({ items, current, onChange, onClose });
  const index = items.findIndex(({ id }) => id === current.id);
  const host = slide?.id === current.id ? slide.host : null;

  const onKeyDown = (event: KeyboardEvent) => {
    const isTyping = event.target instanceof HTMLInputElement;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    // In a video the arrows seek.
    const isInVideo = event.target instanceof HTMLVideoElement;
    if (event.key === 'ArrowRight' && !isInVideo) carousel?.step(1);
    else if (event.key === 'ArrowLeft' && !isInVideo) carousel?.step(-1);
    else if (event.code === 'KeyD') window.location.assign(downloadUrl(current.url));
  };
  /** Not on touch screens: there one swipes, and the picture needs the place. */
  const renderArrow = (by: 1 | -1) => (
    <LightboxButton
      icon={by === 1 ? ChevronRight : ChevronLeft}
      size="lg"
      label={t(by === 1 ? 'next' : 'previous')}
      shortcut={by === 1 ? '→' : '←'}
      onClick={() => carousel?.step(by)}
      className={`absolute top-1/2 -translate-y-1/2 rounded-full! bg-black/40 not-pointer-fine:hidden ${by === 1 ? 'right-3' : 'left-3'}`}
    />
  );

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onKeyDown={onKeyDown}
          // Focus on the first button would open its tooltip over the file.
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
          onCloseAutoFocus={returnFocus}
          style={{ ['--lightbox-bar' as string]: `${barPx}px` }}
          className="fixed inset-0 z-50 text-white outline-none animate-fade-in [color-scheme:dark]"
        >
          <Dialog.Title className="sr-only">{t('title')}</Dialog.Title>
          <LightboxBar attachment={current} index={index} total={items.length} onClose={onClose}>
            <span ref={setActions} className="contents">
              {carousel && current.kind === 'image' ? <PictureControls carousel={carousel} stop={stop} /> : null}
            </span>
          </LightboxBar>
          <div ref={setParent} className="absolute inset-0" />
          {host && current.kind === 'video' ? <VideoSlide key={current.id} attachment={current} host={host} /> : null}
          {host && actions && current.kind === 'pdf' ? (
            <Suspense>
              <PdfSlide key={current.id} attachment={current} host={host} actions={actions} />
            </Suspense>
          ) : null}
          {index > 0 ? renderArrow(-1) : null}
          {index < items.length - 1 ? renderArrow(1) : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useCarousel({ items, current, onChange, onClose }: LightboxProps) {
  const t = useTranslations('lightbox');
  // A state, as the dialog renders it later than the effects run.
  const [parent, setParent] = useState<HTMLElement | null>(null);
  const [carousel, setCarousel] = useState<Carousel | null>(null);
  const [slide, setSlide] = useState<{ id: string; host: HTMLElement | null } | null>(null);
  const [stop, setStop] = useState<ZoomStop>('fitted');
  const local = useLocalPictures();
  const slides = useMemo(
    () =>
      items.map((item) =>
        toSlide(item, local[item.id], t(item.previewState === 'pending' ? 'previewComing' : 'imageFailed')),
      ),
    [items, local, t],
  );
  const change = useEffectEvent((id: string, host: HTMLElement | null) => {
    setSlide({ id, host });
    onChange(id);
  });
  const close = useEffectEvent(() => onClose());
  const create = useEffectEvent((element: HTMLElement) => {
    const index = items.findIndex(({ id }) => id === current.id);
    return createCarousel(element, slides, index, { onChange: change, onZoom: setStop, onClose: close });
  });
  useEffect(() => {
    if (!parent) return;
    const created = create(parent);
    setCarousel(created);
    return () => created.destroy();
  }, [parent]);
  useEffect(() => carousel?.update(slides), [carousel, slides]);
  return { setParent, carousel, slide, stop };
}
