import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useHistoryEntry } from '#shared/ui/use-history-entry.ts';
import type { AttachmentDto } from '../../_api/types.ts';
import { canView } from '../attachment/describe-attachment.ts';
import { type OpenLightbox, OpenLightboxContext } from '../attachment/lightbox-context.ts';

// Not in the first bundle: most visits open no file, and pdf.js alone outweighs the rest of the page.
const Lightbox = lazy(() => import('./lightbox.tsx'));

export interface LightboxHostProps {
  /** Everything loaded in this conversation, oldest first: the arrows walk through it. */
  attachments: readonly AttachmentDto[];
  children: ReactNode;
}

/** Lets everything below open the lightbox. */
export function LightboxHost({ attachments, children }: LightboxHostProps) {
  const [openId, setOpenId] = useState<string | null>(null);
  const viewable = useMemo(() => attachments.filter(canView), [attachments]);
  const { push, goBack } = useHistoryEntry(() => setOpenId(null));
  const open: OpenLightbox = useCallback(
    (attachmentId) => {
      push();
      setOpenId(attachmentId);
    },
    [push],
  );
  const current = viewable.find(({ id }) => id === openId);
  const isGone = openId !== null && !current;
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
