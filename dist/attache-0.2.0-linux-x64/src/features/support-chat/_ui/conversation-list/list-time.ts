const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export type ListTime = 'time' | 'yesterday' | 'weekday' | 'day' | 'date';

function dayNumber(date: Date): number {
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / dayMs);
}

/** How a list says when: the clock today, then ever coarser. Days are the reader's own, by the calendar. */
export function chooseListTime(at: Date, now: Date): ListTime {
  const daysAgo = dayNumber(now) - dayNumber(at);
  // A server's clock may run a little ahead: "tomorrow" is still today.
  if (daysAgo <= 0) return 'time';
  if (daysAgo === 1) return 'yesterday';
  if (daysAgo < 7) return 'weekday';
  return at.getFullYear() === now.getFullYear() ? 'day' : 'date';
}

export interface WaitingTime {
  unit: 'justNow' | 'minutes' | 'hours' | 'days';
  count: number;
}

/** How long somebody has been waiting, rounded down: nobody is told they waited longer than they did. */
export function measureWaiting(since: Date, now: Date): WaitingTime {
  const ms = now.getTime() - since.getTime();
  if (ms < minuteMs) return { unit: 'justNow', count: 0 };
  if (ms < hourMs) return { unit: 'minutes', count: Math.floor(ms / minuteMs) };
  if (ms < dayMs) return { unit: 'hours', count: Math.floor(ms / hourMs) };
  return { unit: 'days', count: Math.floor(ms / dayMs) };
}
