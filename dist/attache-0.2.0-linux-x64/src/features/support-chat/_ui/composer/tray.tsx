import { useTranslations } from 'next-intl';
import { lazy, Suspense, useState } from 'react';
import type { Upload } from '../outbox/upload-queue.ts';
import { TrayItem } from './tray-item.tsx';

export interface TrayProps {
  uploads: readonly Upload[];
  onRemove: (id: string) => void;
  onRetry: (id: string) => void;
  onReplace: (id: string, file: Blob, name: string) => void;
}

// Loaded when somebody reaches for it.
const BrushModal = lazy(() => import('./brush/brush-modal.tsx'));

/** The files of the message being written. They travel while the person still types. */
export function Tray({ uploads, onRemove, onRetry, onReplace }: TrayProps) {
  const t = useTranslations('composer');
  const [paintedId, setPaintedId] = useState<string | null>(null);
  const painted = uploads.find((upload) => upload.id === paintedId);
  if (uploads.length === 0) return null;
  return (
    <>
      <ul
        aria-label={t('tray', { count: uploads.length })}
        className="mb-2 flex max-h-56 flex-col gap-2 overflow-y-auto sm:max-h-44 sm:flex-row sm:flex-wrap"
      >
        {uploads.map((upload) => (
          <TrayItem
            key={upload.id}
            upload={upload}
            onRemove={() => onRemove(upload.id)}
            onRetry={() => onRetry(upload.id)}
            onBlackOut={canBlackOut(upload) ? () => setPaintedId(upload.id) : undefined}
          />
        ))}
      </ul>
      {painted?.localUrl ? (
        <Suspense>
          <BrushModal
            url={painted.localUrl}
            name={painted.name}
            onApply={(file, name) => onReplace(painted.id, file, name)}
            onClose={() => setPaintedId(null)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

/** Only what has not left yet, and only what this browser can draw. Painting over a GIF would stop it. */
function canBlackOut(upload: Upload): boolean {
  return upload.status === 'held' && upload.width !== null && upload.mimeType !== 'image/gif';
}
