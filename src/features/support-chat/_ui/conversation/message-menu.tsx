import { Ellipsis } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ComponentProps, lazy, Suspense, useState } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import type { MessageDto } from '../../_api/types.ts';
import { useChat } from '../engine/support-chat-provider.tsx';

export interface MessageMenuProps {
  message: MessageDto;
  /** Only one's own messages can be changed. */
  canChange: boolean;
  isOwn: boolean;
}

const loadMenu = () => import('./open-message-menu.tsx');
const OpenMessageMenu = lazy(loadMenu);

/** Who opened the files: for admins, and for customers of what they sent themselves. */
export function useSeesAccess({ message, isOwn }: Pick<MessageMenuProps, 'message' | 'isOwn'>): boolean {
  const { role } = useChat().currentUser;
  return message.attachments.length > 0 && (role === 'ADMIN' || (role === 'USER' && isOwn));
}

/** A row draws only a button; the menu is fetched when a hand or the focus comes near, and drawn on the press. */
export function MessageMenu(props: MessageMenuProps) {
  const [isWanted, setWanted] = useState(false);
  const seesAccess = useSeesAccess(props);
  if (!props.canChange && !props.message.text && !seesAccess) return null;
  if (!isWanted) {
    return (
      <MessageMenuButton
        aria-haspopup="menu"
        aria-expanded={false}
        onPointerEnter={() => void loadMenu()}
        onFocus={() => void loadMenu()}
        onClick={() => setWanted(true)}
      />
    );
  }
  return (
    <Suspense fallback={<MessageMenuButton aria-haspopup="menu" />}>
      <OpenMessageMenu {...props} />
    </Suspense>
  );
}

/** Seen on hover and on keyboard focus; on touch screens always, but quiet. */
export function MessageMenuButton(props: Omit<ComponentProps<typeof IconButton>, 'label' | 'children'>) {
  const t = useTranslations('conversation');
  return (
    <IconButton
      {...props}
      label={t('menu')}
      tooltip={false}
      size="sm"
      className="mb-0.5 opacity-0 group-hover/row:opacity-100 focus-visible:opacity-100 data-[state=open]:opacity-100 pointer-coarse:opacity-45"
    >
      <Ellipsis aria-hidden="true" />
    </IconButton>
  );
}
