import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from './world.ts';

const REQUESTS_PER_SECOND = 20;

export interface ChatFigures {
  requests: number;
  p50Ms: number;
  p99Ms: number;
}

/**
 * One customer's chat at a steady rate, sending and reading in turns. Each request leaves at its own time, whether the
 * one before has been answered or not: a chat that stands still must show in the figures.
 */
export class ChatLoad {
  readonly #world: World;
  readonly #dialogId: string;

  private constructor(world: World, dialogId: string) {
    this.#world = world;
    this.#dialogId = dialogId;
  }

  static async open(world: World): Promise<ChatLoad> {
    const answer = await post(world, 'createDialog', { initialMessage: 'Hello' });
    const { result } = await answer.json();
    const load = new ChatLoad(world, result.data.dialogId);
    for (let warmUp = 0; warmUp < 60; warmUp += 1) await load.#request(warmUp);
    return load;
  }

  /** Until `work` has ended. @throws when a request is refused */
  async during(work: () => Promise<void>): Promise<ChatFigures> {
    const latenciesMs: number[] = [];
    const pending: Promise<void>[] = [];
    let isOver = false;
    const asking = async () => {
      const startedAt = performance.now();
      for (let turn = 0; !isOver; turn += 1) {
        await sleep(Math.max(0, startedAt + (turn * 1000) / REQUESTS_PER_SECOND - performance.now()));
        const askedAt = performance.now();
        const request = this.#request(turn).then(() => void latenciesMs.push(performance.now() - askedAt));
        // Told below; until then it must not count as unheard.
        request.catch(() => {});
        pending.push(request);
      }
    };
    const working = work().finally(() => {
      isOver = true;
    });
    await Promise.all([working, asking()]);
    await Promise.all(pending);
    const sorted = latenciesMs.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    return { requests: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
  }

  async #request(turn: number): Promise<void> {
    const dialogId = this.#dialogId;
    const answer =
      turn % 2 === 0
        ? await post(this.#world, 'sendMessage', { dialogId, text: `Message ${turn}` })
        : await list(this.#world, dialogId);
    if (!answer.ok) throw new Error(`a chat request answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}

function post(world: World, procedure: string, input: object): Promise<Response> {
  return fetch(`${world.ours.url}/api/trpc/supportChat.${procedure}`, {
    method: 'POST',
    headers: { cookie: world.cookie, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
}

function list(world: World, dialogId: string): Promise<Response> {
  const input = encodeURIComponent(JSON.stringify({ dialogId, limit: 30 }));
  return fetch(`${world.ours.url}/api/trpc/supportChat.userGetMessages?input=${input}`, {
    headers: { cookie: world.cookie },
  });
}
