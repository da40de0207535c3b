import { useTranslations } from 'next-intl';
import { Button } from '#shared/ui/button.tsx';
import { Modal } from '#shared/ui/modal.tsx';
import type { MessageDto } from '../../_api/dto/chat-dto.ts';

export interface DeleteModalProps {
  message: MessageDto;
  onClose: () => void;
  onConfirm: (message: MessageDto) => void;
}

export default function DeleteModal({ message, onClose, onConfirm }: DeleteModalProps) {
  const t = useTranslations('conversation');
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('deleteTitle')}
      closeLabel={t('cancel')}
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            variant="danger"
            onClick={() => {
              onConfirm(message);
              onClose();
            }}
          >
            {t('delete')}
          </Button>
        </>
      }
    >
      <p className="text-muted">{t('deleteBody', { count: message.attachments.length })}</p>
    </Modal>
  );
}
