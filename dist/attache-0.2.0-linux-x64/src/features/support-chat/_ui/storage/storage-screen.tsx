'use client';

import { useQuery } from '@tanstack/react-query';
import { CloudOff, RotateCw } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { Skeleton } from '#shared/ui/skeleton.tsx';
import type { StorageOverviewDto } from '../../_api/dto/storage-overview-dto.ts';
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
    <main id="content" tabIndex={-1} className="min-w-0 flex-1 overflow-y-auto bg-canvas">
      <div className="mx-auto max-w-5xl px-4 pt-3 pb-12 md:px-8 md:pt-8">
        <div className="flex items-start justify-between gap-4">
          <div>
            <h1 className="text-xl font-semibold tracking-tight">{t('title')}</h1>
            <p className="mt-1 max-w-prose text-base text-muted">{t('lead')}</p>
          </div>
          <span className="mt-0.5 md:hidden">{accountMenu}</span>
        </div>
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
        <StorageBody overview={overview.data} isFailed={overview.isError} onRetry={() => void overview.refetch()} />
      </div>
    </main>
  );
}

interface StorageBodyProps {
  overview: StorageOverviewDto | undefined;
  isFailed: boolean;
  onRetry: () => void;
}

function StorageBody({ overview, isFailed, onRetry }: StorageBodyProps) {
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
  if (isFailed) {
    return (
      <EmptyState
        icon={<CloudOff />}
        title={t('failedTitle')}
        action={<Button onClick={onRetry}>{t('failedRetry')}</Button>}
      >
        {t('failedBody')}
      </EmptyState>
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
