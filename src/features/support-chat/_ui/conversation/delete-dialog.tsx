import { useTranslations } from 'next-intl';
import { Button } from '#shared/ui/button.tsx';
import { Dialog } from '#shared/ui/dialog.tsx';
import type { MessageDto } from '../../_api/dto/chat-dto.ts';

export interface DeleteDialogProps {
  message: MessageDto;
  onClose: () => void;
  onConfirm: (message: MessageDto) => void;
}

export default function DeleteDialog({ message, onClose, onConfirm }: DeleteDialogProps) {
  const t = useTranslations('conversation');
  return (
    <Dialog
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
    </Dialog>
  );
}
