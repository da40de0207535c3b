import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react';
import type { AttachmentDto } from '../../dto/chat-dto.ts';
import { canView } from '../conversation/attachments/describe-attachment.ts';
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
  const open = useCallback((attachmentId: string) => setOpenId(attachmentId), []);
  const current = openId === null ? undefined : viewable.find((attachment) => attachment.id === openId);
  return (
    <OpenViewerContext value={open}>
      {children}
      {current ? (
        <Suspense fallback={<div className="fixed inset-0 z-50 bg-black animate-fade-in" />}>
          <Viewer items={viewable} current={current} onChange={setOpenId} onClose={() => setOpenId(null)} />
        </Suspense>
      ) : null}
    </OpenViewerContext>
  );
}
