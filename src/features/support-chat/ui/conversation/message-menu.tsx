import { Copy, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu, MenuItem, MenuSeparator } from '#shared/ui/dropdown-menu.tsx';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { toast } from '#shared/ui/toast.tsx';
import type { MessageDto } from '../../dto/chat-dto.ts';

export interface MessageMenuProps {
  message: MessageDto;
  /** Only one's own messages can be changed. */
  canChange: boolean;
  isOwn: boolean;
  onEdit: (message: MessageDto) => void;
  onDelete: (message: MessageDto) => void;
}

/** Seen on hover and on keyboard focus; on touch screens always, but quiet. */
export function MessageMenu({ message, canChange, isOwn, onEdit, onDelete }: MessageMenuProps) {
  const t = useTranslations('conversation');
  const { text } = message;
  if (!canChange && !text) return null;
  const copy = () => {
    if (!text) return;
    navigator.clipboard?.writeText(text).then(
      () => toast(t('copied')),
      () => toast(t('copyFailed'), { tone: 'danger' }),
    );
  };
  return (
    <DropdownMenu
      align={isOwn ? 'end' : 'start'}
      side="top"
      trigger={
        <IconButton
          label={t('menu')}
          tooltip={false}
          size="sm"
          className="mb-0.5 opacity-0 group-hover/row:opacity-100 focus-visible:opacity-100 data-[state=open]:opacity-100 pointer-coarse:opacity-45"
        >
          <Ellipsis aria-hidden="true" />
        </IconButton>
      }
    >
      {text ? (
        <MenuItem icon={<Copy aria-hidden="true" />} onSelect={copy}>
          {t('copy')}
        </MenuItem>
      ) : null}
      {canChange && text ? (
        <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => onEdit(message)}>
          {t('edit')}
        </MenuItem>
      ) : null}
      {canChange ? (
        <>
          {text ? <MenuSeparator /> : null}
          <MenuItem icon={<Trash2 aria-hidden="true" />} tone="danger" onSelect={() => onDelete(message)}>
            {t('delete')}
          </MenuItem>
        </>
      ) : null}
    </DropdownMenu>
  );
}
