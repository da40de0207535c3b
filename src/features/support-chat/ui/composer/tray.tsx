import { useTranslations } from 'next-intl';
import { TrayItem } from './tray-item.tsx';
import type { Upload } from './upload-queue.ts';

export interface TrayProps {
  uploads: readonly Upload[];
  onRemove: (id: string) => void;
  onRetry: (id: string) => void;
}

/** The files of the message being written. They travel while the person still types. */
export function Tray({ uploads, onRemove, onRetry }: TrayProps) {
  const t = useTranslations('composer');
  if (uploads.length === 0) return null;
  return (
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
        />
      ))}
    </ul>
  );
}
