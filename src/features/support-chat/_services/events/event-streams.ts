import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import { mayReadConversation } from '#entities/support-chat/_domain/conversation.ts';
import type { SupportEvent } from '#entities/support-chat/_domain/support-event.ts';
import type { SupportEventRepository } from '#entities/support-chat/_repositories/support-event-repository.ts';
import { HEARTBEAT_FRAME } from './event-frame.ts';
import { DEFAULT_EVENT_LIMITS, type EventLimits } from './event-limits.ts';
import type { EventPresenter } from './event-presenter.ts';
import type { NotifyBus } from './notify-bus.ts';
import { SerialQueue } from './serial-queue.ts';
import { type SessionLookup, StreamRegistry, type Subscriber } from './stream-registry.ts';

export interface EventStreamsParts {
  bus: NotifyBus;
  events: SupportEventRepository;
  sessions: SessionLookup;
  presenter: EventPresenter;
  log: { warn(fields: object, message: string): void };
  limits?: Partial<EventLimits>;
}

const BATCH = 200;
const RETRY_MS = 1_000;
const PRUNE_EVERY_MS = 60 * 60 * 1000;

/**
 * Sends what happened, in this process or another, to the open streams of this one. NOTIFY only wakes it; what happened
 * is read from the table by id, so nothing is lost while the listening connection is away. Everything that reads or
 * moves the position runs in one queue, which is why a stream that joins gets every event once.
 */
export class EventStreams {
  readonly registry: StreamRegistry;
  readonly #parts: EventStreamsParts;
  readonly #limits: EventLimits;
  readonly #queue = new SerialQueue();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #joinListeners: ((actor: Actor) => () => void)[] = [];
  /** The last event sent; null until it is known where the table stands. */
  #position: bigint | null = null;
  #isPumpPlanned = false;
  #isClosed = false;

  constructor(parts: EventStreamsParts) {
    this.#parts = parts;
    this.#limits = { ...DEFAULT_EVENT_LIMITS, ...parts.limits };
    this.registry = new StreamRegistry(parts.sessions);
    parts.bus.onEvents(() => this.#planPump());
    parts.bus.onSignal('access', () => this.run(() => this.registry.refresh()));
  }

  /** Open streams of this process. */
  get openStreams(): number {
    return this.registry.size;
  }

  start(): void {
    const { heartbeatSeconds, keepEventsHours } = this.#limits;
    this.every(heartbeatSeconds * 1000, () =>
      this.registry.refresh().finally(() => this.registry.sendToAll(HEARTBEAT_FRAME)),
    );
    this.every(PRUNE_EVERY_MS, () =>
      this.#parts.events.deleteOlderThan(new Date(Date.now() - keepEventsHours * 60 * 60 * 1000)),
    );
  }

  /** Runs `work` again and again in the queue of the streams, until they are closed. */
  every(ms: number, work: () => Promise<unknown>): void {
    this.#timers.push(setInterval(() => this.run(work), ms).unref());
  }

  /** Calls when somebody opens a stream; what it returns is called when they leave. */
  onJoin(listener: (actor: Actor) => () => void): void {
    this.#joinListeners.push(listener);
  }

  /** Ends every stream; pages connect again by themselves. New ones are refused. */
  closeAll(): void {
    this.#isClosed = true;
    this.registry.endAll();
  }

  async close(): Promise<void> {
    this.closeAll();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#queue.idle();
  }

  /** Whether one more stream of this user may be opened here. */
  hasRoomFor(userId: string): boolean {
    const { maxStreams, maxStreamsPerUser } = this.#limits;
    if (this.#isClosed || this.registry.size >= maxStreams) return false;
    return this.registry.countOf(userId) < maxStreamsPerUser;
  }

  /**
   * Counts the stream at once, sends `connected`, then what was missed since `lastEventId`, then what happens.
   * @returns the way to leave
   */
  subscribe(subscriber: Subscriber, lastEventId: bigint | null): () => void {
    let isWaiting = true;
    const joining: Subscriber = {
      sessionToken: subscriber.sessionToken,
      actor: subscriber.actor,
      // Until its turn in the queue has come it is sent nothing: that would overtake what was missed.
      send: (frame) => (isWaiting ? undefined : subscriber.send(frame)),
      end: () => subscriber.end(),
    };
    this.registry.add(joining);
    const leaves = this.#joinListeners.map((listener) => listener(subscriber.actor));
    this.run(
      async () => {
        await this.#locate();
        isWaiting = false;
        await this.#welcome(joining, lastEventId);
      },
      () => subscriber.end(),
    );
    return () => {
      this.registry.remove(joining);
      for (const leave of leaves) leave();
    };
  }

  /** Adds work to the queue of the streams. A failure is logged, and `onFailure` called. */
  run(work: () => Promise<unknown>, onFailure: () => void = () => undefined): void {
    if (this.#isClosed) return;
    this.#queue.add(async () => {
      try {
        await work();
      } catch (err) {
        if (this.#isClosed) return;
        this.#parts.log.warn({ err }, 'events could not be sent');
        onFailure();
      }
    });
  }

  async #welcome(subscriber: Subscriber, lastEventId: bigint | null): Promise<void> {
    const { presenter } = this.#parts;
    const position = this.#position ?? 0n;
    const missed = lastEventId === null ? [] : await this.#missedBy(subscriber.actor, lastEventId, position);
    if (missed === null) {
      subscriber.send(presenter.connected(position, { reset: true }));
      return;
    }
    subscriber.send(presenter.connected(lastEventId ?? position));
    await this.#send(missed, [subscriber]);
  }

  /** Null when the gap is too long, or reaches back to events that are gone. */
  async #missedBy(actor: Actor, lastEventId: bigint, position: bigint): Promise<SupportEvent[] | null> {
    if (lastEventId === position) return [];
    const { maxReplayedEvents } = this.#limits;
    const range = await this.#parts.events.findRange();
    if (lastEventId > position || range === null || lastEventId < range.oldest - 1n) return null;
    const missed = await this.#parts.events.listAfter(lastEventId, {
      limit: maxReplayedEvents + 1,
      upTo: position,
      ofUserId: mayManageSupportChats(actor) ? null : actor.userId,
    });
    return missed.length > maxReplayedEvents ? null : missed;
  }

  /** A new process begins at the end of the table. */
  async #locate(): Promise<void> {
    this.#position ??= (await this.#parts.events.findRange())?.newest ?? 0n;
  }

  #planPump(): void {
    if (this.#isPumpPlanned || this.#isClosed) return;
    this.#isPumpPlanned = true;
    this.run(
      () => {
        this.#isPumpPlanned = false;
        return this.#pump();
      },
      () => setTimeout(() => this.#planPump(), RETRY_MS).unref(),
    );
  }

  async #pump(): Promise<void> {
    await this.#locate();
    for (;;) {
      const events = await this.#parts.events.listAfter(this.#position ?? 0n, { limit: BATCH });
      const last = events.at(-1);
      if (last === undefined) return;
      const audience = this.registry.audienceOf(events.map(({ conversation }) => conversation));
      await this.#send(events, await this.registry.refresh(audience));
      this.#position = last.id;
      if (events.length < BATCH) return;
    }
  }

  async #send(events: readonly SupportEvent[], subscribers: readonly Subscriber[]): Promise<void> {
    const audible = events.filter(({ conversation }) =>
      subscribers.some(({ actor }) => mayReadConversation(actor, conversation)),
    );
    const frames = await this.#parts.presenter.present(audible);
    for (const [index, { conversation }] of audible.entries()) {
      const frame = frames[index];
      if (!frame) continue;
      for (const subscriber of subscribers) {
        if (mayReadConversation(subscriber.actor, conversation)) subscriber.send(frame);
      }
    }
  }
}
