'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, lazy, type ReactNode, Suspense } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { Spinner } from '#shared/ui/spinner.tsx';
import { useReturnFocus } from '#shared/ui/use-return-focus.ts';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import { downloadUrl } from '../attachment/describe-attachment.ts';
import { ImageStage } from './image-stage.tsx';
import { LightboxBar } from './lightbox-bar.tsx';
import { VideoStage } from './video-stage.tsx';

const PdfStage = lazy(() => import('./pdf-stage.tsx'));

export interface LightboxProps {
  items: readonly AttachmentDto[];
  current: AttachmentDto;
  onChange: (attachmentId: string) => void;
  onClose: () => void;
}

/** Full screen, always dark: a file is looked at, not a page. Focus is kept inside and given back. */
export default function Lightbox({ items, current, onChange, onClose }: LightboxProps) {
  const t = useTranslations('viewer');
  const returnFocus = useReturnFocus(true);
  const index = items.findIndex((item) => item.id === current.id);
  const step = (by: 1 | -1) => {
    const next = items[index + by];
    if (next) onChange(next.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    // In a video the arrows seek.
    const isInVideo = event.target instanceof HTMLVideoElement;
    if (event.key === 'ArrowRight' && !isInVideo) step(1);
    else if (event.key === 'ArrowLeft' && !isInVideo) step(-1);
    else if (event.code === 'KeyD') window.location.assign(downloadUrl(current.url));
  };
  const renderBar = (actions: ReactNode) => (
    <LightboxBar attachment={current} index={index} total={items.length} onClose={onClose}>
      {actions}
    </LightboxBar>
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
          className="fixed inset-0 z-50 flex flex-col bg-black text-white outline-none animate-fade-in [color-scheme:dark]"
        >
          <Dialog.Title className="sr-only">{t('title')}</Dialog.Title>
          <Stage key={current.id} attachment={current} renderBar={renderBar} onStep={step} onClose={onClose} />
          {index > 0 ? (
            <Arrow side="left" label={t('previous')} onClick={() => step(-1)}>
              <ChevronLeft aria-hidden="true" />
            </Arrow>
          ) : null}
          {index < items.length - 1 ? (
            <Arrow side="right" label={t('next')} onClick={() => step(1)}>
              <ChevronRight aria-hidden="true" />
            </Arrow>
          ) : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface AnyStageProps {
  attachment: AttachmentDto;
  renderBar: (actions: ReactNode) => ReactNode;
  onStep: (by: 1 | -1) => void;
  onClose: () => void;
}

function Stage(props: AnyStageProps) {
  const t = useTranslations('viewer');
  if (props.attachment.kind === 'video') return <VideoStage {...props} />;
  if (props.attachment.kind !== 'pdf') return <ImageStage {...props} />;
  const waiting = (
    <>
      {props.renderBar(null)}
      <div className="flex flex-1 items-center justify-center">
        <Spinner label={t('loading')} className="text-2xl" />
      </div>
    </>
  );
  return (
    <Suspense fallback={waiting}>
      <PdfStage {...props} />
    </Suspense>
  );
}

interface ArrowProps {
  side: 'left' | 'right';
  label: string;
  onClick: () => void;
  children: ReactNode;
}

/** Not on touch screens: there one swipes, and the picture needs the place. */
function Arrow({ side, label, onClick, children }: ArrowProps) {
  return (
    <IconButton
      variant="overlay"
      size="lg"
      label={label}
      shortcut={side === 'left' ? '←' : '→'}
      onClick={onClick}
      className={`absolute top-1/2 -translate-y-1/2 rounded-full! bg-black/40 not-pointer-fine:hidden ${side === 'left' ? 'left-3' : 'right-3'}`}
    >
      {children}
    </IconButton>
  );
}

function isTyping(target: EventTarget): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
