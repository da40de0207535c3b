import { useTranslations } from 'next-intl';
import { type FormEvent, useId, useState } from 'react';
import { Button } from '#shared/ui/button.tsx';
import { Field, Input } from '#shared/ui/input.tsx';
import { Modal } from '#shared/ui/modal.tsx';
import { beginningOfDay, daysAgo, toDayField } from './local-day.ts';

export interface DayModalProps {
  /** The day to begin with (ISO 8601). */
  from: string;
  onGo: (place: { at: string }) => void;
  onClose: () => void;
}

/** Long before anybody wrote here: the server answers with the first message there is. */
const firstOfAll = new Date(0).toISOString();

const shortcuts = [
  { name: 'weekAgo', days: 7 },
  { name: 'monthAgo', days: 30 },
] as const;

/** The browser's own calendar: it knows the reader's week, language and keyboard, and is the wheel on a phone. */
export default function DayModal({ from, onGo, onClose }: DayModalProps) {
  const t = useTranslations('conversation');
  const tCommon = useTranslations('common');
  const formId = useId();
  const [field, setField] = useState(toDayField(from));
  const at = beginningOfDay(field);
  const go = (place: string | null) => {
    if (place === null) return;
    onGo({ at: place });
    onClose();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    go(at);
  };
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('goToDay')}
      closeLabel={tCommon('close')}
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} disabled={at === null}>
            {t('go')}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} className="flex flex-col gap-4">
        <Field label={t('day')}>
          {(control) => (
            <Input
              {...control}
              type="date"
              value={field}
              max={toDayField(new Date().toISOString())}
              onChange={(event) => setField(event.target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap gap-2">
          {shortcuts.map(({ name, days }) => (
            <Button key={name} size="sm" onClick={() => go(beginningOfDay(daysAgo(days, new Date())))}>
              {t(name)}
            </Button>
          ))}
          <Button size="sm" onClick={() => go(firstOfAll)}>
            {t('beginning')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
