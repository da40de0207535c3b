import { useTranslations } from 'next-intl';
import { ConfirmModal } from '#shared/ui/confirm-modal.tsx';
import type { MessageDto } from '../../_api/types.ts';

export interface DeleteModalProps {
  message: MessageDto;
  onClose: () => void;
  onConfirm: (message: MessageDto) => void;
}

export default function DeleteModal({ message, onClose, onConfirm }: DeleteModalProps) {
  const t = useTranslations('conversation');
  return (
    <ConfirmModal
      title={t('deleteTitle')}
      action={t('delete')}
      tone="danger"
      onConfirm={() => onConfirm(message)}
      onClose={onClose}
    >
      {t('deleteBody', { count: message.attachments.length })}
    </ConfirmModal>
  );
}
