import { useTranslations } from 'next-intl';
import { Kbd } from '#shared/ui/kbd.tsx';
import { Modal } from '#shared/ui/modal.tsx';

const lines = [
  { name: 'next', keys: ['J', '↓'] },
  { name: 'previous', keys: ['K', '↑'] },
  { name: 'openDialog', keys: ['Enter'] },
  { name: 'search', keys: ['/'] },
  { name: 'searchMessages', keys: ['F'] },
  { name: 'searchHere', keys: ['Ctrl', 'F'] },
  { name: 'filter', keys: ['U'] },
  { name: 'back', keys: ['Esc'] },
  { name: 'sheet', keys: ['?'] },
] as const;

export default function KeyboardSheet({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations('inbox.keys');
  const tCommon = useTranslations('common');
  return (
    <Modal open={open} onOpenChange={onOpenChange} title={t('title')} closeLabel={tCommon('close')} size="sm">
      <dl className="divide-y divide-line">
        {lines.map(({ name, keys }) => (
          <div key={name} className="flex items-center justify-between gap-4 py-2.5">
            <dt className="text-base">{t(name)}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
