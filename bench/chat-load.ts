import { setTimeout as sleep } from 'node:timers/promises';
import type { TestBed } from './test-bed.ts';

const REQUESTS_PER_SECOND = 20;

export interface ChatFigures {
  requests: number;
  p50Ms: number;
  p99Ms: number;
}

/**
 * One customer's chat at a steady rate, alternately sending and reading. Requests are sent on schedule whether or not
 * the previous one has been answered (open loop), so that a stall shows in the figures.
 */
export class ChatLoad {
  readonly #bed: TestBed;
  readonly #dialogId: string;

  private constructor(bed: TestBed, dialogId: string) {
    this.#bed = bed;
    this.#dialogId = dialogId;
  }

  static async open(bed: TestBed): Promise<ChatLoad> {
    const response = await post(bed, 'createDialog', { initialMessage: 'Hello' });
    const { result } = await response.json();
    const load = new ChatLoad(bed, result.data.dialogId);
    for (let warmUp = 0; warmUp < 60; warmUp += 1) await load.#request(warmUp);
    return load;
  }

  /** Sends requests until `work` is done. @throws when one of them fails */
  async during(work: () => Promise<void>): Promise<ChatFigures> {
    const latenciesMs: number[] = [];
    const pending: Promise<void>[] = [];
    let isOver = false;
    const sending = async () => {
      const startedAt = performance.now();
      for (let turn = 0; !isOver; turn += 1) {
        await sleep(Math.max(0, startedAt + (turn * 1000) / REQUESTS_PER_SECOND - performance.now()));
        const sentAt = performance.now();
        const request = this.#request(turn).then(() => void latenciesMs.push(performance.now() - sentAt));
        // Awaited below; until then a rejection must not count as unhandled.
        request.catch(() => {});
        pending.push(request);
      }
    };
    const working = work().finally(() => {
      isOver = true;
    });
    await Promise.all([working, sending()]);
    await Promise.all(pending);
    const sorted = latenciesMs.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    return { requests: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
  }

  async #request(turn: number): Promise<void> {
    const dialogId = this.#dialogId;
    const response =
      turn % 2 === 0
        ? await post(this.#bed, 'sendMessage', { dialogId, text: `Message ${turn}` })
        : await list(this.#bed, dialogId);
    if (!response.ok) throw new Error(`a chat request answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  }
}

function post(bed: TestBed, procedure: string, input: object): Promise<Response> {
  return fetch(`${bed.server.url}/api/trpc/supportChat.${procedure}`, {
    method: 'POST',
    headers: { cookie: bed.cookie, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
}

function list(bed: TestBed, dialogId: string): Promise<Response> {
  const input = encodeURIComponent(JSON.stringify({ dialogId, limit: 30 }));
  return fetch(`${bed.server.url}/api/trpc/supportChat.userGetMessages?input=${input}`, {
    headers: { cookie: bed.cookie },
  });
}
