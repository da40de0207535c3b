import { useMutation } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useId } from 'react';
import { Button } from '#shared/ui/button.tsx';
import type { FailingDeletionDto, StorageOverviewDto } from '../../_api/storage-types.ts';
import { formatBytes, formatMoment } from '../attachment/format.ts';
import { useTrpc } from '../engine/trpc.ts';
import { Panel } from './panel.tsx';

/** What waits to be freed, and what a cleanup would do about it now. */
export function CleanupPanel({ overview }: { overview: StorageOverviewDto }) {
  const t = useTranslations('storage.cleanup');
  const locale = useLocale();
  const { staged, deletions } = overview;
  return (
    <Panel title={t('title')}>
      <dl className="divide-y divide-line px-4 md:px-5">
        <Line label={t('stale')} value={String(staged.stale)} />
        <Line label={t('oldest')} value={staged.oldestAt ? formatMoment(staged.oldestAt, locale) : t('none')} />
        <Line label={t('waiting')} value={String(deletions.waiting)} />
        <Line label={t('failing')} value={String(deletions.failing.length)} alarming={deletions.failing.length > 0} />
      </dl>
      {deletions.failing.length > 0 ? <FailingList failing={deletions.failing} /> : null}
      <DryRun />
    </Panel>
  );
}

function Line({ label, value, alarming = false }: { label: string; value: string; alarming?: boolean }) {
  return (
    <div className="flex items-baseline justify-between gap-4 py-2.5">
      <dt className="text-base">{label}</dt>
      <dd className={`text-base font-medium tabular ${alarming ? 'text-danger-text' : ''}`}>{value}</dd>
    </div>
  );
}

function FailingList({ failing }: { failing: readonly FailingDeletionDto[] }) {
  const t = useTranslations('storage.cleanup');
  const locale = useLocale();
  return (
    <details className="border-t border-line px-4 py-2.5 md:px-5">
      <summary className="text-base">{t('failingDetails')}</summary>
      <ul className="mt-2 flex max-h-64 flex-col gap-2 overflow-y-auto">
        {failing.map((one) => (
          <li key={one.attachmentId} className="text-sm">
            <code className="block truncate font-mono text-xs">{one.attachmentId}</code>
            <span className="text-muted tabular">
              {`${formatBytes(one.sizeBytes, locale)} · ${t('attempts', { count: one.attempts })} · `}
              {one.nextTryAt ? t('nextTry', { at: formatMoment(one.nextTryAt, locale) }) : t('nextRun')}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function DryRun() {
  const t = useTranslations('storage.cleanup');
  const tCount = useTranslations('storage');
  const locale = useLocale();
  const trpc = useTrpc();
  const hint = useId();
  const prediction = useMutation(trpc.storage.predictCleanup.mutationOptions());
  const report = prediction.data;
  return (
    <div className="border-t border-line px-4 py-4 md:px-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p id={hint} className="min-w-40 flex-1 text-sm text-muted">
          {t('dryRunHint')}
        </p>
        <Button size="sm" busy={prediction.isPending} aria-describedby={hint} onClick={() => prediction.mutate({})}>
          {t('dryRun')}
        </Button>
      </div>
      <div role="status">
        {prediction.isError ? <p className="mt-3 text-base text-danger-text">{t('dryRunFailed')}</p> : null}
        {report && !prediction.isPending ? (
          <p className="mt-3 rounded-md bg-sunken px-3 py-2 text-base tabular">
            {report.candidates === 0
              ? t('nothingToDo')
              : t('wouldFree', {
                  files: tCount('files', { count: report.candidates }),
                  size: formatBytes(report.bytesFreed, locale),
                })}
          </p>
        ) : null}
      </div>
    </div>
  );
}
