import { useTranslations } from 'next-intl';
import { useTypingName } from '../engine/support-chat-provider.tsx';

/** Keeps its height when nobody writes: the conversation must not jump with somebody's hesitation. */
export function TypingLine({ dialogId }: { dialogId: string }) {
  const t = useTranslations('conversation');
  const name = useTypingName(dialogId);
  return (
    <div className="h-5 px-5 text-xs text-muted" aria-live="off">
      {name === null ? null : (
        <span className="inline-flex max-w-full items-center gap-2 animate-fade-in">
          <span aria-hidden="true" className="flex gap-1">
            {[0, 160, 320].map((delay) => (
              <span
                key={delay}
                className="size-1 rounded-full bg-current animate-pulse-quiet"
                style={{ animationDelay: `${delay}ms` }}
              />
            ))}
          </span>
          <span className="truncate">{t('typing', { name })}</span>
        </span>
      )}
    </div>
  );
}
