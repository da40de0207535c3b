import { useLocale, useTranslations } from 'next-intl';
import type { Amount, StorageOverviewDto } from '../../_api/dto/storage-overview-dto.ts';
import { formatBytes } from '../attachment/format.ts';
import { Panel } from './panel.tsx';

/** What kinds of files there are and where they lie. */
export function BreakdownPanel({ overview }: { overview: StorageOverviewDto }) {
  const t = useTranslations('storage.breakdown');
  return (
    <Panel title={t('title')}>
      {overview.byKind.length === 0 ? (
        <p className="px-4 pb-4 text-base text-muted md:px-5">{t('empty')}</p>
      ) : (
        <>
          <Shares rows={overview.byKind.map((row) => ({ ...row, label: t('kind', { kind: row.kind }) }))} />
          <h3 className="border-t border-line px-4 pt-3 text-sm font-medium text-muted md:px-5">{t('places')}</h3>
          <Shares rows={overview.byDriver.map((row) => ({ ...row, label: t('driver', { driver: row.driver }) }))} />
        </>
      )}
    </Panel>
  );
}

function Shares({ rows }: { rows: readonly (Amount & { label: string })[] }) {
  const t = useTranslations('storage');
  const locale = useLocale();
  const all = rows.reduce((sum, { bytes }) => sum + bytes, 0) || 1;
  return (
    <ul className="flex flex-col gap-3 px-4 pt-2 pb-4 md:px-5">
      {rows.map(({ label, files, bytes }) => (
        <li key={label}>
          <div className="flex items-baseline justify-between gap-3">
            <span className="truncate text-base">{label}</span>
            <span className="shrink-0 text-sm text-muted tabular">
              {`${formatBytes(bytes, locale)} · ${t('files', { count: files })}`}
            </span>
          </div>
          <div aria-hidden="true" className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-sunken">
            <div className="h-full min-w-0.5 rounded-full bg-accent" style={{ width: `${(100 * bytes) / all}%` }} />
          </div>
        </li>
      ))}
    </ul>
  );
}
