import { useLocale, useTranslations } from 'next-intl';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { StorageOverviewDto } from '../../_api/storage-types.ts';
import { formatBytes } from '../attachment/format.ts';
import { fillMonths, type Month, roundUpBytes } from './months.ts';
import { Panel } from './panel.tsx';

const chart = { height: 200, left: 64, bottom: 26, top: 12 };
const lines = [0, 0.5, 1];
/** CSS pixels of a month: narrower bars are lines, wider ones a wall. */
const slotPx = { least: 26, most: 64 };

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
          <Bars months={months} />
          <MonthTable months={months} />
        </>
      )}
    </Panel>
  );
}

function useMonthName(parts: Intl.DateTimeFormatOptions) {
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, { ...parts, timeZone: 'UTC' });
  return (month: string) => format.format(new Date(`${month}-01T00:00:00Z`));
}

/** Drawn pixel for pixel, so that the words keep their size on every screen; the newest month is always there. */
function Bars({ months }: { months: readonly Month[] }) {
  const locale = useLocale();
  const nameOf = useMonthName({ month: 'short' });
  const [ref, width] = useWidth();
  const room = Math.max(0, width - chart.left);
  const shown = months.slice(-Math.max(1, Math.floor(room / slotPx.least)));
  const slot = Math.min(room / shown.length, slotPx.most);
  const top = roundUpBytes(Math.max(...shown.map(({ bytes }) => bytes)));
  const yOf = (bytes: number) => chart.top + (chart.height - chart.bottom - chart.top) * (1 - bytes / top);
  const labelEvery = Math.max(1, Math.ceil(44 / slot));
  return (
    <div ref={ref} className="mx-4 mt-2 mb-3 md:mx-5" style={{ height: chart.height }}>
      <svg aria-hidden="true" width={width} height={chart.height} className="block text-xs">
        {lines.map((share) => (
          <g key={share}>
            <line x1={chart.left} x2={width} y1={yOf(share * top)} y2={yOf(share * top)} className="stroke-line" />
            <text x={chart.left - 10} y={yOf(share * top) + 4} textAnchor="end" className="fill-muted tabular">
              {share === 0 ? '0' : formatBytes(share * top, locale)}
            </text>
          </g>
        ))}
        {shown.map((month, index) => {
          const x = chart.left + index * slot;
          return (
            <g key={month.month}>
              <Bar month={month} x={x} width={slot} top={yOf(month.bytes)} />
              {(shown.length - 1 - index) % labelEvery === 0 ? (
                <text x={x + slot / 2} y={chart.height - 6} textAnchor="middle" className="fill-muted">
                  {month.month.endsWith('-01') ? month.month.slice(0, 4) : nameOf(month.month)}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function Bar({ month, x, width, top }: { month: Month; x: number; width: number; top: number }) {
  const t = useTranslations('storage');
  const locale = useLocale();
  const nameOf = useMonthName({ month: 'long', year: 'numeric' });
  const floor = chart.height - chart.bottom;
  // What is not nothing must not look like nothing.
  const height = month.bytes === 0 ? 0 : Math.max(2, floor - top);
  return (
    <>
      <title>{`${nameOf(month.month)}: ${formatBytes(month.bytes, locale)}, ${t('files', { count: month.files })}`}</title>
      <rect x={x} y={chart.top} width={width} height={floor - chart.top} className="fill-transparent" />
      <rect x={x + width * 0.2} y={floor - height} width={width * 0.6} height={height} rx="3" className="fill-accent" />
    </>
  );
}

/** CSS pixels of an element's content, 0 before it is there. */
function useWidth(): [ref: RefObject<HTMLDivElement | null>, width: number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!ref.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

function MonthTable({ months }: { months: readonly Month[] }) {
  const t = useTranslations('storage');
  const locale = useLocale();
  const nameOf = useMonthName({ month: 'long', year: 'numeric' });
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
            <th scope="row">{nameOf(month)}</th>
            <td>{formatBytes(bytes, locale)}</td>
            <td>{files}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
