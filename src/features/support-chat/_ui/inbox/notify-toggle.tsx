import { Bell, BellOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { toast } from '#shared/ui/toast.tsx';
import { useNotificationState } from './use-notifications.ts';

/** Asks for the browser's permission only when pressed: a page that asks by itself is refused for good. */
export function NotifyToggle() {
  const t = useTranslations('inbox.notify');
  const { state, toggle } = useNotificationState();
  if (state === 'unsupported') return null;
  const Icon = state === 'on' ? Bell : BellOff;
  return (
    <IconButton
      label={t('label')}
      aria-pressed={state === 'on'}
      onClick={() => (state === 'blocked' ? toast(t('blocked'), { tone: 'danger' }) : void toggle())}
    >
      <Icon aria-hidden="true" />
    </IconButton>
  );
}
