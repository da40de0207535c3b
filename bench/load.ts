import { connect, type Socket } from 'node:net';

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
  /**
   * Attaché relative to the baseline, as the median over the rounds, since the targets of a round ran close together. Of
   * requests per second, or of bytes per second where a single response takes much of a round.
   */
  ratio: number;
}

export interface LoadOptions {
  connections: number;
  seconds: number;
  rounds: number;
  /** The status every response must have. */
  status: number;
  compareBy?: 'requests' | 'bytes';
  /** Of each target, before measuring. */
  warmUpSeconds?: number;
}

const WARM_UP_SECONDS = 0.3;

/**
 * Measures the targets alternately, round after round: on a noisy machine, runs close together share their noise.
 * @throws when a target responds with another status than expected
 */
export async function compare(targets: readonly Target[], options: LoadOptions): Promise<Comparison> {
  const warmUp = { ...options, seconds: options.warmUpSeconds ?? WARM_UP_SECONDS };
  for (const target of targets) await measure(target, warmUp);
  const rounds: Record<string, Rate>[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const rates: Record<string, Rate> = {};
    // The order affects the figures, so each target is first equally often.
    for (const [index] of targets.entries()) {
      const target = targets[(index + round) % targets.length];
      if (target) rates[target.name] = await measure(target, options);
    }
    rounds.push(rates);
  }
  const of = (rate: Rate | undefined) =>
    (options.compareBy === 'bytes' ? rate?.megabytesPerSecond : rate?.requestsPerSecond) ?? Number.NaN;
  const names = targets.map((target) => target.name);
  const rates = Object.fromEntries(
    names.map((name) => [name, medianRate(rounds.flatMap((round) => round[name] ?? []))]),
  );
  return { rates, ratio: median(rounds.map(({ attache, baseline }) => of(attache) / of(baseline))) };
}

/**
 * Keep-alive connections, one request at a time on each. Bytes are counted and discarded: a client that parses bodies
 * in JavaScript takes more of the shared processor than the servers it measures.
 */
async function measure(target: Target, options: LoadOptions): Promise<Rate> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + options.seconds * 1000;
  const connections = Array.from(
    { length: options.connections },
    () => new Connection(target, options.status, latenciesMs),
  );
  await Promise.all(connections.map((connection) => connection.run(endsAt)));
  const seconds = (performance.now() - startedAt) / 1000;
  const sorted = latenciesMs.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return {
    requestsPerSecond: sorted.length / seconds,
    megabytesPerSecond: connections.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0) / seconds / 1e6,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

/** One connection: the next request is sent when the last byte of the previous response has arrived. */
class Connection {
  bodyBytes = 0;
  readonly #target: Target;
  readonly #status: number;
  readonly #latenciesMs: number[];
  #head = '';
  /** Null while the head is incomplete. */
  #bodyLeft: number | null = null;
  #sentAt = 0;

  constructor(target: Target, status: number, latenciesMs: number[]) {
    this.#target = target;
    this.#status = status;
    this.#latenciesMs = latenciesMs;
  }

  /** Resolves at `endsAt`, also within a response. @throws when the server closes or responds unexpectedly */
  run(endsAt: number): Promise<void> {
    const { hostname, port, pathname } = new URL(this.#target.url);
    const fields = Object.entries({ host: `${hostname}:${port}`, ...this.#target.headers });
    const requestText = `GET ${pathname} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    return new Promise((resolve, reject) => {
      const buffer = Buffer.allocUnsafeSlow(256 * 1024);
      const fail = (error: Error) => reject(new Error(`${this.#target.name}: ${error.message}`));
      const send = () => {
        this.#sentAt = performance.now();
        socket.write(requestText);
      };
      const read = (size: number) => {
        try {
          if (this.#consume(buffer.subarray(0, size))) send();
          return true;
        } catch (error) {
          fail(error instanceof Error ? error : new Error(String(error)));
          socket.destroy();
          return false;
        }
      };
      const socket: Socket = connect({
        port: Number(port),
        host: hostname,
        noDelay: true,
        onread: { buffer, callback: read },
      });
      socket.once('connect', send);
      socket.once('error', fail);
      socket.once('end', () => fail(new Error('the server closed the connection')));
      socket.once('close', () => resolve());
      setTimeout(() => socket.destroy(), endsAt - performance.now());
    });
  }

  /** @returns whether the response is complete */
  #consume(chunk: Buffer): boolean {
    let at = 0;
    if (this.#bodyLeft === null) {
      const had = this.#head.length;
      this.#head += chunk.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return false;
      at = end + 4 - had;
      this.#bodyLeft = this.#readHead(this.#head.slice(0, end));
      this.#head = '';
    }
    const taken = Math.min(this.#bodyLeft, chunk.length - at);
    this.#bodyLeft -= taken;
    this.bodyBytes += taken;
    if (at + taken < chunk.length) throw new Error('more bytes than Content-Length');
    if (this.#bodyLeft > 0) return false;
    this.#bodyLeft = null;
    this.#latenciesMs.push(performance.now() - this.#sentAt);
    return true;
  }

  #readHead(head: string): number {
    const status = Number(head.slice(9, 12));
    if (status !== this.#status) throw new Error(`status ${status} instead of ${this.#status}`);
    return status === 304 ? 0 : Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.NaN);
  }
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
