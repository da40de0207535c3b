/**
 * A calm figure from jerky progress events: exponential smoothing with a time constant, so that the number does not
 * depend on how often the browser reports.
 */
export interface SpeedMeter {
  /** `atMs` grows monotonically (performance.now()); returns bytes a second, or null before there is anything to say. */
  observe(sentBytes: number, atMs: number): number | null;
}

const timeConstantMs = 3_000;

export function createSpeedMeter(startMs: number, startBytes = 0): SpeedMeter {
  let lastMs = startMs;
  let lastBytes = startBytes;
  let smoothed: number | null = null;
  return {
    observe(sentBytes, atMs) {
      const elapsedMs = atMs - lastMs;
      if (elapsedMs < 200) return smoothed;
      const current = ((sentBytes - lastBytes) / elapsedMs) * 1_000;
      const weight = 1 - Math.exp(-elapsedMs / timeConstantMs);
      smoothed = smoothed === null ? current : smoothed + (current - smoothed) * weight;
      lastMs = atMs;
      lastBytes = sentBytes;
      return smoothed;
    },
  };
}
