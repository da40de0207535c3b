import type { StorageOverviewDto } from '../../_api/dto/storage-overview-dto.ts';

export type Month = StorageOverviewDto['byMonth'][number];

/** Months without a file are months too: a gap in the list would read like steady growth. `until` is ISO 8601. */
export function fillMonths(months: readonly Month[], until: string): Month[] {
  const first = months[0]?.month;
  if (first === undefined) return [];
  const known = new Map(months.map((month) => [month.month, month]));
  const last = [until.slice(0, 7), months.at(-1)?.month ?? ''].sort().at(-1) ?? first;
  const filled: Month[] = [];
  for (let month = first; month <= last; month = monthAfter(month)) {
    filled.push(known.get(month) ?? { month, files: 0, bytes: 0 });
  }
  return filled;
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1024];

/** The top of the scale: the next round size at or above, in bytes ("20 MB", never "17.3 MB"). */
export function roundUpBytes(bytes: number): number {
  let unit = 1024;
  while (bytes > unit * 1024) unit *= 1024;
  return (steps.find((step) => step * unit >= bytes) ?? 1024) * unit;
}
