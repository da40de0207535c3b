const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = MONTHS.join('|');

// Every part but the day names has a fixed width, so none of the three can backtrack over its input.
const IMF_FIXDATE = new RegExp(
  `^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\\d\\d) (${MONTH}) (\\d{4}) (\\d\\d):(\\d\\d):(\\d\\d) GMT$`,
);
const RFC_850_DATE = new RegExp(
  `^(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday), (\\d\\d)-(${MONTH})-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d) GMT$`,
);
const ASCTIME_DATE = new RegExp(
  `^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (${MONTH}) (\\d\\d| \\d) (\\d\\d):(\\d\\d):(\\d\\d) (\\d{4})$`,
);
const LONGEST = 'Wednesday, 00-Jan-00 00:00:00 GMT'.length;

/**
 * Milliseconds since the epoch of an HTTP-date in any of its three forms, or null when it is not one (`Date.parse`
 * takes far more, "1" for instance, and a condition on such a date must be ignored, not guessed).
 * RFC 9110, 5.6.7. The name of the day must be one, but need not be the right one.
 */
export function parseHttpDate(value: string, nowMs: number = Date.now()): number | null {
  if (value.length > LONGEST) return null;
  const imf = IMF_FIXDATE.exec(value);
  if (imf) return toTime(Number(imf[3]), imf[2], imf[1], imf.slice(4));
  const rfc850 = RFC_850_DATE.exec(value);
  if (rfc850) {
    const dated = (year: number) => toTime(year, rfc850[2], rfc850[1], rfc850.slice(4));
    return datedNear(Number(rfc850[3]), nowMs, dated);
  }
  const asctime = ASCTIME_DATE.exec(value);
  return asctime ? toTime(Number(asctime[6]), asctime[1], asctime[2], asctime.slice(3, 6)) : null;
}

/** IMF-fixdate, the one form that is sent. */
export function formatHttpDate(timeMs: number): string {
  return new Date(timeMs).toUTCString();
}

/** A year of two digits that would lie more than 50 years ahead is the last such year in the past: RFC 9110, 5.6.7. */
function datedNear(twoDigits: number, nowMs: number, dated: (year: number) => number | null): number | null {
  const now = new Date(nowMs);
  const thisCentury = now.getUTCFullYear() - (now.getUTCFullYear() % 100) + twoDigits;
  const limit = new Date(nowMs);
  limit.setUTCFullYear(now.getUTCFullYear() + 50);
  const time = dated(thisCentury);
  return time !== null && time > limit.getTime() ? dated(thisCentury - 100) : time;
}

function toTime(
  year: number,
  month: string | undefined,
  day: string | undefined,
  clock: readonly string[],
): number | null {
  const [hours = Number.NaN, minutes = Number.NaN, seconds = Number.NaN] = clock.map(Number);
  const date = Number(day);
  // 60 is a leap second and rolls over into the next minute.
  if (!(hours <= 23 && minutes <= 59 && seconds <= 60)) return null;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, MONTHS.indexOf(month ?? ''), date);
  // The 31st of February comes out as a day of March.
  if (midnight.getUTCDate() !== date) return null;
  return midnight.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
