import { Upload } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useUploadWords } from './use-upload-words.ts';

/** Covers the conversation while a file hangs over it, and says what may be dropped. */
export function DropOverlay() {
  const t = useTranslations('composer');
  const { limits, allowedTypes } = useUploadWords();
  return (
    <div className="pointer-events-none absolute inset-2 z-30 flex flex-col items-center justify-center gap-2 rounded-2xl border-2 border-dashed border-accent bg-surface/92 p-6 text-center animate-fade-in">
      <Upload aria-hidden="true" className="size-8 stroke-[1.5] text-accent-text" />
      <p className="text-lg font-semibold">{t('dropHere')}</p>
      <p className="text-sm text-muted">{limits}</p>
      <p className="max-w-112 text-xs text-balance text-muted">{allowedTypes}</p>
    </div>
  );
}
