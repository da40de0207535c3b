'use client';

import { useLocale, useTranslations } from 'next-intl';
import type { StorageOverviewDto } from '../../storage-overview/storage-overview-dto.ts';
import { formatBytes } from '../conversation/format.ts';
import { fillMonths, type Month, roundUpBytes } from './months.ts';
import { Panel } from './panel.tsx';

const chart = { width: 720, height: 180, left: 64, bottom: 24, top: 10 };
const lines = [0, 0.5, 1];

/** Bytes sent by month, as bars; the same figures as a table for those who do not see them. */
export function GrowthPanel({ overview }: { overview: StorageOverviewDto }) {
  const t = useTranslations('storage.growth');
  const months = fillMonths(overview.byMonth, overview.measuredAt);
  return (
    <Panel title={t('title')} wide>
      {months.length === 0 ? (
        <p className="px-4 pb-4 text-base text-muted md:px-5">{t('empty')}</p>
      ) : (
        <>
          <div className="overflow-x-auto px-2 pt-2 pb-3 md:px-3">
            <Bars months={months} />
          </div>
          <MonthTable months={months} />
        </>
      )}
    </Panel>
  );
}

function useMonthName(style: 'short' | 'long') {
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, { month: style, year: 'numeric', timeZone: 'UTC' });
  return (month: string) => format.format(new Date(`${month}-01T00:00:00Z`));
}

function Bars({ months }: { months: readonly Month[] }) {
  const t = useTranslations('storage');
  const locale = useLocale();
  const short = useMonthName('short');
  const long = useMonthName('long');
  const top = roundUpBytes(Math.max(...months.map(({ bytes }) => bytes)));
  const plot = chart.height - chart.bottom - chart.top;
  // A few months keep the width of many: three bars across the whole page would look like a wall.
  const slot = (chart.width - chart.left) / Math.max(months.length, 12);
  const labelEvery = Math.ceil(months.length / 8);
  const yOf = (bytes: number) => chart.top + plot * (1 - bytes / top);
  return (
    <svg aria-hidden="true" viewBox={`0 0 ${chart.width} ${chart.height}`} className="block w-full min-w-[36rem]">
      {lines.map((share) => (
        <g key={share}>
          <line
            x1={chart.left}
            x2={chart.width}
            y1={yOf(share * top)}
            y2={yOf(share * top)}
            className="stroke-line"
            vectorEffect="non-scaling-stroke"
          />
          <text x={chart.left - 10} y={yOf(share * top) + 4} textAnchor="end" className="fill-muted text-xs tabular">
            {share === 0 ? '0' : formatBytes(share * top, locale)}
          </text>
        </g>
      ))}
      {months.map(({ month, bytes, files }, index) => {
        const x = chart.left + index * slot;
        const height = bytes === 0 ? 0 : Math.max(2, plot * (bytes / top));
        return (
          <g key={month}>
            <title>{`${long(month)}: ${formatBytes(bytes, locale)}, ${t('files', { count: files })}`}</title>
            <rect x={x} y={chart.top} width={slot} height={plot} className="fill-transparent" />
            <rect
              x={x + slot * 0.18}
              y={chart.top + plot - height}
              width={slot * 0.64}
              height={height}
              rx="3"
              className="fill-accent"
            />
            {index % labelEvery === 0 ? (
              <text x={x + slot / 2} y={chart.height - 6} textAnchor="middle" className="fill-muted text-xs">
                {short(month)}
              </text>
            ) : null}
          </g>
        );
      })}
    </svg>
  );
}

function MonthTable({ months }: { months: readonly Month[] }) {
  const t = useTranslations('storage');
  const locale = useLocale();
  const long = useMonthName('long');
  return (
    <table className="sr-only">
      <caption>{t('growth.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('growth.month')}</th>
          <th scope="col">{t('growth.size')}</th>
          <th scope="col">{t('growth.files')}</th>
        </tr>
      </thead>
      <tbody>
        {months.map(({ month, bytes, files }) => (
          <tr key={month}>
            <th scope="row">{long(month)}</th>
            <td>{formatBytes(bytes, locale)}</td>
            <td>{files}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
