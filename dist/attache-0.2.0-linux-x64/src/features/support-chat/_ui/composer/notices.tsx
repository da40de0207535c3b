import { CircleAlert, Pencil, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { signInPath } from '#shared/ui/sign-in-path.ts';
import { useSignedOut } from '../engine/support-chat-provider.tsx';
import type { FileRefusal } from '../outbox/file-limits.ts';
import { useUploadWords } from './use-upload-words.ts';

/** Files that may not travel, each with its reason; nothing of them left this device. */
export function Refusals({ refusals, onDismiss }: { refusals: readonly FileRefusal[]; onDismiss: () => void }) {
  const t = useTranslations('composer');
  const { refusalOf } = useUploadWords();
  return (
    <div role="alert">
      {refusals.length === 0 ? null : (
        <div className="mb-2 flex items-start gap-2.5 rounded-lg bg-danger-soft py-1.5 pr-1.5 pl-3 text-sm text-danger-text">
          <CircleAlert aria-hidden="true" className="mt-1 size-4 shrink-0" />
          <ul className="min-w-0 flex-1 py-1">
            {refusals.map((refusal) => (
              <li key={`${refusal.name}:${refusal.sizeBytes}`} className="break-words [overflow-wrap:anywhere]">
                <bdi className="font-medium">{refusal.name}</bdi> — {refusalOf(refusal)}
              </li>
            ))}
          </ul>
          <IconButton size="sm" variant="danger" label={t('dismiss')} tooltip={false} onClick={onDismiss}>
            <X aria-hidden="true" />
          </IconButton>
        </div>
      )}
    </div>
  );
}

/** The session is over, but nothing that was written is. */
export function SignedOutNotice() {
  const t = useTranslations('composer');
  const isSignedOut = useSignedOut();
  if (!isSignedOut) return null;
  return (
    <div
      role="alert"
      className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg bg-waiting-soft px-3 py-2 text-sm text-waiting-text"
    >
      <p className="min-w-0 flex-1">{t('signedOut')}</p>
      <a href={signInPath()} className="font-semibold underline underline-offset-2">
        {t('signInAgain')}
      </a>
    </div>
  );
}

export function EditNotice({ text, onCancel }: { text: ReactNode; onCancel: () => void }) {
  const t = useTranslations('composer');
  return (
    <div className="mb-2 flex items-center gap-2.5 border-l-2 border-accent py-0.5 pl-3 text-sm">
      <Pencil aria-hidden="true" className="size-4 shrink-0 text-accent-text" />
      <div className="min-w-0 flex-1">
        <p className="font-medium text-accent-text">{t('editing')}</p>
        <p className="truncate text-muted">{text}</p>
      </div>
      <IconButton size="sm" label={t('cancelEdit')} onClick={onCancel}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}
