import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import { canView } from '../attachment/describe-attachment.ts';
import { useViewerEntry } from './use-viewer-entry.ts';
import { OpenViewerContext } from './viewer-context.ts';

// Not in the first bundle: most visits open no file, and pdf.js alone outweighs the rest of the page.
const loadViewer = () => import('./viewer.tsx');
const Viewer = lazy(loadViewer);

export interface ViewerHostProps {
  /** Everything loaded in this conversation, oldest first: the arrows walk through it. */
  attachments: readonly AttachmentDto[];
  children: ReactNode;
}

/** Lets everything below open the full-screen viewer. */
export function ViewerHost({ attachments, children }: ViewerHostProps) {
  const [openId, setOpenId] = useState<string | null>(null);
  const viewable = useMemo(() => attachments.filter(canView), [attachments]);
  const { push, goBack } = useViewerEntry(() => setOpenId(null));
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
    <OpenViewerContext value={open}>
      {children}
      {current ? (
        <Suspense fallback={<div className="fixed inset-0 z-50 bg-black animate-fade-in" />}>
          <Viewer items={viewable} current={current} onChange={setOpenId} onClose={goBack} />
        </Suspense>
      ) : null}
    </OpenViewerContext>
  );
}
