import { regionalLocale } from '#shared/i18n/regional-locale.ts';

/** Sizes, times and days in the reader's language. Intl objects are slow to make and kept. */

const made = new Map<string, unknown>();

function keep<T>(key: string, create: () => T): T {
  const known = made.get(key);
  if (known !== undefined) return known as T;
  const fresh = create();
  made.set(key, fresh);
  return fresh;
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** 1536 → "1.5 kB"; powers of 1024, as file managers count. */
export function formatBytes(bytes: number, locale: string): string {
  let value = bytes;
  let step = 0;
  while (value >= 1000 && step < units.length - 1) {
    value /= 1024;
    step += 1;
  }
  const unit = units[step] ?? 'byte';
  const digits = step < 2 || value >= 100 ? 0 : 1;
  // Short, CLDR has one form for bytes in English: "8 byte".
  const unitDisplay = step === 0 ? 'long' : 'short';
  const format = keep(
    `${locale}:${unit}:${digits}`,
    () => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits: digits }),
  );
  // A started kilobyte is said as one: "0 kB" reads like an empty file.
  return format.format(step === 1 ? Math.max(1, value) : value);
}

/** "2.4 MB/s" */
export function formatSpeed(bytesPerSecond: number, locale: string): string {
  return `${formatBytes(bytesPerSecond, locale)}/${locale.startsWith('ru') ? 'с' : 's'}`;
}

/** "14:05", or as the reader's region writes it. */
export function formatClock(iso: string, locale: string): string {
  const format = keep(
    `${locale}:clock`,
    () => new Intl.DateTimeFormat(regionalLocale(locale), { hour: 'numeric', minute: '2-digit' }),
  );
  return format.format(new Date(iso));
}

/** The whole date and time, for a tooltip. */
export function formatMoment(iso: string, locale: string): string {
  const format = keep(
    `${locale}:moment`,
    () => new Intl.DateTimeFormat(regionalLocale(locale), { dateStyle: 'long', timeStyle: 'short' }),
  );
  return format.format(new Date(iso));
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function capitalise(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

/** "Today", "Yesterday", "12 March", "12 March 2025". */
export function formatDay(iso: string, locale: string, now: Date): string {
  const date = new Date(iso);
  // Rounded, because a day of a clock change has 23 or 25 hours.
  const daysAgo = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  if (daysAgo === 0 || daysAgo === 1) {
    const relative = keep(`${locale}:relative`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
    return capitalise(relative.format(-daysAgo, 'day'), locale);
  }
  const isThisYear = date.getFullYear() === now.getFullYear();
  const format = keep(
    `${locale}:day:${isThisYear}`,
    () =>
      new Intl.DateTimeFormat(regionalLocale(locale), {
        day: 'numeric',
        month: 'long',
        ...(isThisYear ? {} : { year: 'numeric' }),
      }),
  );
  return format.format(date);
}

/** Seconds → "0:07", "12:05", "1:02:03". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/**
 * Cuts a name so that its end stays visible when the middle must go: "Very long contr" + "act 2026.pdf". Whole code
 * points, or an emoji would break in two.
 */
export function splitName(name: string, tailLength = 10): [head: string, tail: string] {
  const points = Array.from(name);
  if (points.length <= tailLength * 2) return [name, ''];
  return [points.slice(0, -tailLength).join(''), points.slice(-tailLength).join('')];
}
