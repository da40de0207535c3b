import { Search } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useContext } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { ConversationSearchContext } from './conversation-search.ts';

/** Stands in the header of a conversation. */
export function SearchButton() {
  const t = useTranslations('search');
  const { isOpen, open, close } = useContext(ConversationSearchContext);
  return (
    <IconButton label={t('open')} aria-expanded={isOpen} onClick={isOpen ? close : open}>
      <Search aria-hidden="true" />
    </IconButton>
  );
}
