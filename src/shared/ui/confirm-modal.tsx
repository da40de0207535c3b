import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Modal } from './modal.tsx';

export interface ConfirmModalProps {
  title: string;
  /** The button that does it. */
  action: string;
  tone?: 'primary' | 'danger';
  children: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
}

/** A question before something that cannot be taken back. */
export function ConfirmModal({ title, action, tone = 'primary', children, onConfirm, onClose }: ConfirmModalProps) {
  const t = useTranslations('common');
  const confirm = () => {
    onConfirm();
    onClose();
  };
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      closeLabel={t('close')}
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant={tone} onClick={confirm}>
            {action}
          </Button>
        </>
      }
    >
      <p className="text-muted">{children}</p>
    </Modal>
  );
}
