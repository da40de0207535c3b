import { useTranslations } from 'next-intl';
import { cn } from '#shared/ui/cn.ts';
import { signInPath } from '#shared/ui/sign-in-path.ts';
import { Spinner } from '#shared/ui/spinner.tsx';
import { useLiveStatus, useSignedOut } from '../engine/support-chat-provider.tsx';

/**
 * The heading of a list of conversations. When the session is over, and while the events are lost, it says so in the heading's
 * place, where there is room for the words: a list that looks alive and is not would mislead.
 */
export function ListTitle({ children, className }: { children: string; className: string }) {
  const t = useTranslations('inbox.live');
  const isSignedOut = useSignedOut();
  const isLost = useLiveStatus() === 'lost' || isSignedOut;
  const look = cn('truncate font-semibold tracking-tight', className);
  return (
    <>
      <h1 className={isLost ? 'sr-only' : look}>{children}</h1>
      <span role="status" className={isLost ? cn(look, 'flex items-center gap-2 text-muted') : 'sr-only'}>
        {isSignedOut ? (
          <a href={signInPath()} className="truncate underline underline-offset-2">
            {t('signedOut')}
          </a>
        ) : isLost ? (
          <>
            <Spinner />
            {t('reconnecting')}
          </>
        ) : null}
      </span>
    </>
  );
}
