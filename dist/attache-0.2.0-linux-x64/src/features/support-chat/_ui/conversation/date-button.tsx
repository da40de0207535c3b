import { CalendarSearch } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useContext } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { JumpContext } from './jump.ts';

/** In the header of a conversation; on a phone, where there is no room for it, beside the search. */
export function DateButton({ className }: { className: string }) {
  const t = useTranslations('conversation');
  const { chooseDay } = useContext(JumpContext);
  return (
    <IconButton
      label={t('goToDay')}
      aria-haspopup="dialog"
      className={className}
      onClick={() => chooseDay(new Date().toISOString())}
    >
      <CalendarSearch aria-hidden="true" />
    </IconButton>
  );
}
