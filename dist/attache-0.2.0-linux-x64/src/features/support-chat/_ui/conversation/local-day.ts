/** The reader's calendar day as a field of type `date` holds it: "2026-03-12". */
export function toDayField(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The moment that day begins where the reader is (ISO 8601), or null for what is no day. */
export function beginningOfDay(field: string): string | null {
  const [year, month, day] = field.split('-').map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  const date = new Date(year, month - 1, day);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The day so many days before today, "2026-03-12". */
export function daysAgo(count: number, now: Date): string {
  return toDayField(new Date(now.getFullYear(), now.getMonth(), now.getDate() - count, 12).toISOString());
}
