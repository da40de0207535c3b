import autocannon from 'autocannon';

/** One side of a comparison. */
export interface Target {
  name: string;
  url: string;
  headers?: Record<string, string>;
}

export interface Rate {
  requestsPerSecond: number;
  megabytesPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Comparison {
  rates: Record<string, Rate>;
  /** Of our requests a second to the floor's: the median over the rounds, since each round ran side by side. */
  ratio: number;
}

/**
 * Measures the targets in turns, round after round: the machine is noisy, and neighbours in time have the same noise.
 * @throws when a target answers anything but the status expected.
 */
export async function compare(
  targets: readonly Target[],
  options: { connections: number; seconds: number; rounds: number; status: number },
): Promise<Comparison> {
  const rounds: Record<string, Rate>[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const rates: Record<string, Rate> = {};
    for (const target of targets) rates[target.name] = await measure(target, options);
    rounds.push(rates);
  }
  const ratios = rounds.map((rates) => (rates.ours?.requestsPerSecond ?? 0) / (rates.floor?.requestsPerSecond ?? 1));
  const names = targets.map((target) => target.name);
  const rates = Object.fromEntries(
    names.map((name) => [name, medianRate(rounds.flatMap((round) => round[name] ?? []))]),
  );
  return { rates, ratio: median(ratios) };
}

async function measure(
  target: Target,
  options: { connections: number; seconds: number; status: number },
): Promise<Rate> {
  const result = await autocannon({
    url: target.url,
    connections: options.connections,
    duration: options.seconds,
    ...(target.headers && { headers: target.headers }),
  });
  const expected = Number(result.statusCodeStats?.[`${options.status}`]?.count ?? 0);
  if (result.errors > 0 || expected < result.requests.total) {
    throw new Error(
      `${target.name} at ${target.url} answered ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`,
    );
  }
  const seconds = (result.finish.getTime() - result.start.getTime()) / 1000;
  return {
    requestsPerSecond: result.requests.total / seconds,
    megabytesPerSecond: result.throughput.total / seconds / 1e6,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}

function medianRate(rates: Rate[]): Rate {
  const of = (pick: (rate: Rate) => number) => median(rates.map(pick));
  return {
    requestsPerSecond: of((rate) => rate.requestsPerSecond),
    megabytesPerSecond: of((rate) => rate.megabytesPerSecond),
    p50Ms: of((rate) => rate.p50Ms),
    p99Ms: of((rate) => rate.p99Ms),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
