import { useLocale, useTranslations } from 'next-intl';
import { cn } from '#shared/ui/cn.ts';
import type { Amount, StorageOverviewDto } from '../../_api/dto/storage-overview-dto.ts';
import { formatBytes } from '../attachment/format.ts';

const none: Amount = { files: 0, bytes: 0 };

/** How much there is, by what may happen to it. */
export function TotalsPanel({ overview }: { overview: StorageOverviewDto }) {
  const t = useTranslations('storage.totals');
  const amountOf = (status: string) => overview.byStatus.find((sum) => sum.status === status) ?? none;
  const totals = [
    { name: 'sent', amount: amountOf('LINKED') },
    { name: 'staged', amount: amountOf('UPLOADED') },
    { name: 'deleting', amount: amountOf('DELETING') },
    { name: 'renditions', amount: overview.renditions },
  ] as const;
  return (
    <section aria-label={t('label')} className="rounded-xl border border-line bg-surface lg:col-span-2">
      <dl className="grid grid-cols-2 md:grid-cols-4">
        {totals.map(({ name, amount }, index) => (
          <Total key={name} label={t(name)} amount={amount} className={borders[index]} />
        ))}
      </dl>
      {overview.lost > 0 ? (
        <p className="border-t border-line px-4 py-3 text-base text-danger-text md:px-5">
          {t('lost', { count: overview.lost })}
        </p>
      ) : null}
    </section>
  );
}

const borders = ['', 'border-l', 'max-md:border-t md:border-l', 'border-l max-md:border-t'];

function Total({ label, amount, className }: { label: string; amount: Amount; className: string | undefined }) {
  const t = useTranslations('storage');
  const locale = useLocale();
  return (
    <div className={cn('flex flex-col border-line px-4 py-4 md:px-5', className)}>
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="mt-1 text-lg font-semibold tabular">{formatBytes(amount.bytes, locale)}</dd>
      <dd className="text-sm text-muted tabular">{t('files', { count: amount.files })}</dd>
    </div>
  );
}
