import { z } from 'zod';
import type { SupportSignal } from '#entities/support-chat/_domain/support-event.ts';
import { EVENT_CHANNEL, SIGNAL_CHANNEL } from '#entities/support-chat/_repositories/support-event-repository.ts';
import { PgListener } from '#shared/db/pg-listener.ts';

export interface NotifyBusParts {
  /** A direct connection: a transaction pooler keeps no LISTEN. */
  databaseUrl: string;
  log: { warn(fields: object, message: string): void };
}

type Kind = SupportSignal['kind'];
type SignalListener = (signal: SupportSignal) => void;

const signalSchema: z.ZodType<SupportSignal> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('typing'), dialogId: z.string(), userId: z.string() }),
  z.object({ kind: z.literal('access'), userId: z.string() }),
  z.object({ kind: z.literal('upload'), uploadId: z.string() }),
  z.object({
    kind: z.literal('presence'),
    instance: z.string(),
    people: z.array(z.tuple([z.string(), z.boolean()])),
  }),
  z.object({ kind: z.literal('absence'), instance: z.string(), userIds: z.array(z.string()) }),
]);

/**
 * What PostgreSQL's NOTIFY brings to this process, on one connection: that events were committed (they are read from
 * their table by id), and signals, which are kept nowhere. Subscribe before `start`.
 */
export class NotifyBus {
  readonly #listener: PgListener;
  readonly #eventListeners: (() => void)[] = [];
  readonly #signalListeners = new Map<Kind, SignalListener[]>();

  constructor({ databaseUrl, log }: NotifyBusParts) {
    this.#listener = new PgListener({
      databaseUrl,
      channels: [EVENT_CHANNEL, SIGNAL_CHANNEL],
      // Whatever was announced while the connection was away was missed.
      onListening: () => this.#emitEvents(),
      onNotification: (channel, payload) => {
        if (channel === EVENT_CHANNEL) this.#emitEvents();
        else this.#emitSignal(payload);
      },
      onLost: (error) => log.warn({ err: error }, 'the connection for events was lost'),
    });
  }

  /** Calls after something was committed in any process, and after each (re)connect. */
  onEvents(listener: () => void): void {
    this.#eventListeners.push(listener);
  }

  onSignal<K extends Kind>(kind: K, listener: (signal: Extract<SupportSignal, { kind: K }>) => void): void {
    const listeners = this.#signalListeners.get(kind) ?? [];
    // The map's key is the kind, so a listener only ever gets signals of its own kind.
    this.#signalListeners.set(kind, [...listeners, listener as SignalListener]);
  }

  start(): Promise<void> {
    return this.#listener.start();
  }

  close(): Promise<void> {
    return this.#listener.close();
  }

  #emitEvents(): void {
    for (const listener of this.#eventListeners) listener();
  }

  /** What is no signal of ours is passed over: any user of the database may NOTIFY. */
  #emitSignal(payload: string): void {
    const signal = parseSignal(payload);
    for (const listener of (signal && this.#signalListeners.get(signal.kind)) ?? []) listener(signal as SupportSignal);
  }
}

function parseSignal(payload: string): SupportSignal | null {
  try {
    return signalSchema.parse(JSON.parse(payload));
  } catch {
    return null;
  }
}
