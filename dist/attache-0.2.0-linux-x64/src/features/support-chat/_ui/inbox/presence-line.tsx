import { useFormatter, useNow, useTranslations } from 'next-intl';
import { Spinner } from '#shared/ui/spinner.tsx';
import type { PresenceDto } from '../../_api/dto/chat-dto.ts';
import { usePresence } from '../engine/presence.ts';
import { useLiveStatus, useSignedOut } from '../engine/support-chat-provider.tsx';

/**
 * Whether somebody is there at the other side. While the events are lost nobody knows, and it says that instead. Keeps
 * its height while it is asked for.
 */
export function PresenceLine({ dialogId }: { dialogId: string }) {
  const t = useTranslations('inbox');
  const presence = usePresence(dialogId);
  const isLost = useLiveStatus() === 'lost';
  // Whoever is signed out is told beside the field they write in; waiting would not help.
  const isSignedOut = useSignedOut();
  if (isLost && !isSignedOut) {
    return (
      <span className="inline-flex items-center gap-1.5">
        <Spinner className="size-3" />
        {t('live.reconnecting')}
      </span>
    );
  }
  return presence && !isSignedOut ? <Present presence={presence} /> : <span aria-hidden="true">&nbsp;</span>;
}

function Present({ presence: { side, online, lastSeenAt } }: { presence: PresenceDto }) {
  const t = useTranslations('inbox.presence');
  const format = useFormatter();
  const now = useNow({ updateInterval: 30_000 });
  if (online) {
    return (
      <span className="text-accent-text">
        <span aria-hidden="true" className="mr-1.5 inline-block size-2 rounded-full bg-accent align-[0.05em]" />
        {t('online', { side })}
      </span>
    );
  }
  if (lastSeenAt === null) return t('never', { side });
  const at = new Date(lastSeenAt);
  const isJustNow = now.getTime() - at.getTime() < 60_000;
  return t('seen', { side, when: isJustNow ? t('justNow') : format.relativeTime(at, now) });
}
