'use client';

import { useQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { AdminScreen } from '#shared/ui/admin-screen.tsx';
import { Button } from '#shared/ui/button.tsx';
import { LoadFailed } from '#shared/ui/paged-list.tsx';
import { Skeleton } from '#shared/ui/skeleton.tsx';
import type { StorageOverviewDto } from '../../_api/storage-types.ts';
import { formatClock } from '../attachment/format.ts';
import { useTrpc } from '../engine/trpc.ts';
import { BreakdownPanel } from './breakdown-panel.tsx';
import { CleanupPanel } from './cleanup-panel.tsx';
import { GrowthPanel } from './growth-panel.tsx';
import { JobsPanel } from './jobs-panel.tsx';
import { TotalsPanel } from './totals-panel.tsx';

/** What lies in the storage, what waits to go, and how the jobs went. */
export function StorageScreen({ accountMenu }: { accountMenu: ReactNode }) {
  const t = useTranslations('storage');
  const locale = useLocale();
  const trpc = useTrpc();
  const overview = useQuery(trpc.storage.overview.queryOptions());
  return (
    <AdminScreen title={t('title')} lead={t('lead')} accountMenu={accountMenu}>
      {overview.data ? (
        <div className="mt-3 flex items-center justify-between gap-3">
          <p className="text-sm text-muted tabular">
            {t('measuredAt', { time: formatClock(overview.data.measuredAt, locale) })}
          </p>
          <Button size="sm" variant="ghost" busy={overview.isFetching} onClick={() => void overview.refetch()}>
            {overview.isFetching ? null : <RotateCw aria-hidden="true" className="size-3.5" />}
            {t('refresh')}
          </Button>
        </div>
      ) : null}
      {overview.isError && !overview.data ? (
        <LoadFailed title={t('failedTitle')} onRetry={() => void overview.refetch()} />
      ) : (
        <StorageBody overview={overview.data} />
      )}
    </AdminScreen>
  );
}

function StorageBody({ overview }: { overview: StorageOverviewDto | undefined }) {
  const t = useTranslations('storage');
  if (overview) {
    return (
      <div className="mt-3 grid gap-4 lg:grid-cols-2 [&>*]:min-w-0">
        <TotalsPanel overview={overview} />
        <GrowthPanel overview={overview} />
        <BreakdownPanel overview={overview} />
        <CleanupPanel overview={overview} />
        <JobsPanel jobs={overview.jobs} />
      </div>
    );
  }
  return (
    <div role="status" className="mt-14 grid gap-4 lg:grid-cols-2">
      <span className="sr-only">{t('loading')}</span>
      <Skeleton className="h-28 rounded-xl lg:col-span-2" />
      <Skeleton className="h-72 rounded-xl lg:col-span-2" />
      <Skeleton className="h-72 rounded-xl" />
      <Skeleton className="h-72 rounded-xl" />
    </div>
  );
}
