import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import { canView } from '../attachment/describe-attachment.ts';
import { OpenLightboxContext } from './lightbox-context.ts';
import { useLightboxEntry } from './use-lightbox-entry.ts';

// Not in the first bundle: most visits open no file, and pdf.js alone outweighs the rest of the page.
const loadLightbox = () => import('./lightbox.tsx');
const Lightbox = lazy(loadLightbox);

export interface LightboxHostProps {
  /** Everything loaded in this conversation, oldest first: the arrows walk through it. */
  attachments: readonly AttachmentDto[];
  children: ReactNode;
}

/** Lets everything below open the full-screen viewer. */
export function LightboxHost({ attachments, children }: LightboxHostProps) {
  const [openId, setOpenId] = useState<string | null>(null);
  const viewable = useMemo(() => attachments.filter(canView), [attachments]);
  const { push, goBack } = useLightboxEntry(() => setOpenId(null));
  const open = useCallback(
    (attachmentId: string) => {
      push();
      setOpenId(attachmentId);
    },
    [push],
  );
  const current = openId === null ? undefined : viewable.find((attachment) => attachment.id === openId);
  const isGone = openId !== null && current === undefined;
  useEffect(() => {
    // Deleted by its sender while somebody looked at it.
    if (isGone) goBack();
  }, [isGone, goBack]);
  return (
    <OpenLightboxContext value={open}>
      {children}
      {current ? (
        <Suspense fallback={<div className="fixed inset-0 z-50 bg-black animate-fade-in" />}>
          <Lightbox items={viewable} current={current} onChange={setOpenId} onClose={goBack} />
        </Suspense>
      ) : null}
    </OpenLightboxContext>
  );
}
