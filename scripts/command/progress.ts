/** Where progress goes; standard error in a command, a list in a test. */
export interface ProgressOutput {
  isTTY?: boolean | undefined;
  write(text: string): unknown;
}

const BAR_WIDTH = 24;
const BAR_EVERY_MS = 100;
const LINE_EVERY_MS = 5_000;

/**
 * Shows progress, rate and remaining time of a job: a progress bar on a terminal, otherwise a plain line every few
 * seconds, so that a cron mail stays readable.
 */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #unit: string;
  readonly #nowMs: () => number;
  readonly #startedAtMs: number;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #barIsShown = false;

  constructor(output: ProgressOutput, unit: string, nowMs: () => number = () => performance.now()) {
    this.#output = output;
    this.#unit = unit;
    this.#nowMs = nowMs;
    this.#startedAtMs = nowMs();
  }

  readonly update = (done: number, total: number): void => {
    const now = this.#nowMs();
    const isLast = done >= total;
    if (!isLast && now - this.#writtenAtMs < (this.#output.isTTY ? BAR_EVERY_MS : LINE_EVERY_MS)) return;
    this.#writtenAtMs = now;
    const text = describeProgress(done, total, now - this.#startedAtMs, this.#unit);
    if (!this.#output.isTTY) {
      this.#output.write(`${text}\n`);
      return;
    }
    const filled = total === 0 ? BAR_WIDTH : Math.min(BAR_WIDTH, Math.round((done / total) * BAR_WIDTH));
    this.#output.write(`\r\u001b[2K[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${text}`);
    this.#barIsShown = true;
  };

  /** Ends the line of the progress bar. */
  end(): void {
    if (this.#barIsShown) this.#output.write('\n');
    this.#barIsShown = false;
  }
}

/** `1,200 of 4,000 messages (30%), 400/s, 7 s left` */
export function describeProgress(done: number, total: number, elapsedMs: number, unit: string): string {
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
  const parts = [`${formatCount(done)} of ${formatCount(total)} ${unit} (${percent}%)`];
  const perSecond = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0;
  if (perSecond > 0) parts.push(`${formatCount(Math.round(perSecond))}/s`);
  if (perSecond > 0 && done < total) parts.push(`${formatDuration((total - done) / perSecond)} left`);
  return parts.join(', ');
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
