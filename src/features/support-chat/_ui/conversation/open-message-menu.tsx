import { Copy, Eye, Pencil, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { lazy, Suspense, useContext, useState } from 'react';
import { DropdownMenu, MenuItem, MenuSeparator } from '#shared/ui/dropdown-menu.tsx';
import { toast } from '#shared/ui/toast.tsx';
import { MessageActionsContext } from './message-actions.ts';
import { MessageMenuButton, type MessageMenuProps, useSeesAccess } from './message-menu.tsx';

const AccessModal = lazy(() => import('../files/access-modal.tsx'));

/** The menu itself, open from the start: it was loaded by the press that asked for it. */
export default function OpenMessageMenu({ message, canChange, isOwn }: MessageMenuProps) {
  const t = useTranslations('conversation');
  const { text } = message;
  const { edit, askToDelete } = useContext(MessageActionsContext);
  const seesAccess = useSeesAccess({ message, isOwn });
  const [isAccessOpen, setAccessOpen] = useState(false);
  const copy = () => {
    if (!text) return;
    navigator.clipboard?.writeText(text).then(
      () => toast(t('copied')),
      () => toast(t('copyFailed'), { tone: 'danger' }),
    );
  };
  return (
    <>
      <DropdownMenu align={isOwn ? 'end' : 'start'} side="top" defaultOpen trigger={<MessageMenuButton />}>
        {text ? (
          <MenuItem icon={<Copy aria-hidden="true" />} onSelect={copy}>
            {t('copy')}
          </MenuItem>
        ) : null}
        {canChange && text ? (
          <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => edit(message)}>
            {t('edit')}
          </MenuItem>
        ) : null}
        {seesAccess ? (
          <MenuItem icon={<Eye aria-hidden="true" />} onSelect={() => setAccessOpen(true)}>
            {t('whoOpened')}
          </MenuItem>
        ) : null}
        {canChange ? (
          <>
            {text || seesAccess ? <MenuSeparator /> : null}
            <MenuItem icon={<Trash2 aria-hidden="true" />} tone="danger" onSelect={() => askToDelete(message)}>
              {t('delete')}
            </MenuItem>
          </>
        ) : null}
      </DropdownMenu>
      {isAccessOpen ? (
        <Suspense>
          <AccessModal message={message} onClose={() => setAccessOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
