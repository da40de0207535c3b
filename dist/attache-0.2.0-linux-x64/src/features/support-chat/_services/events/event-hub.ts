import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import type { SessionRepository } from '#entities/account/_repositories/session-repository.ts';
import { mayReadConversation } from '#entities/support-chat/_domain/conversation.ts';
import type { SupportEvent, SupportSignal } from '#entities/support-chat/_domain/support-event.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import {
  EVENT_CHANNEL,
  SIGNAL_CHANNEL,
  type SupportEventRepository,
} from '#entities/support-chat/_repositories/support-event-repository.ts';
import { PgListener } from '#shared/db/pg-listener.ts';
import type { PresenceDto } from '../../_api/dto/chat-dto.ts';
import type { Presence, PresenceChange } from '../presence/presence.ts';
import { eventFrame, HEARTBEAT_FRAME } from './event-frame.ts';
import { DEFAULT_EVENT_LIMITS, type EventLimits } from './event-limits.ts';
import type { EventPresenter } from './event-presenter.ts';
import { parseSignal } from './parse-signal.ts';
import { SerialQueue } from './serial-queue.ts';
import { type Subscriber, Subscribers } from './subscribers.ts';

export interface EventHubParts {
  databaseUrl: string;
  events: SupportEventRepository;
  dialogs: ConversationRepository;
  sessions: SessionRepository;
  presenter: EventPresenter;
  presence: Presence;
  log: { warn(fields: object, message: string): void };
  limits?: Partial<EventLimits>;
}

const BATCH = 200;
const RETRY_MS = 1_000;
const PRESENCE_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 60 * 60 * 1000;

/**
 * Tells the open streams of this process what happened, here or in another process. NOTIFY only wakes it; what happened
 * is read from the table by id, so nothing is lost while the listening connection is away. Everything that reads or
 * moves the position runs in one queue, which is why a stream that joins gets every event once.
 */
export class EventHub {
  readonly #parts: EventHubParts;
  readonly #limits: EventLimits;
  readonly #subscribers: Subscribers;
  readonly #queue: SerialQueue;
  readonly #listener: PgListener;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #onlookers = new Set<() => void>();
  readonly #uploadWatchers = new Set<(uploadId: string) => void>();
  /** The last event told; null until the hub knows where the table stands. */
  #position: bigint | null = null;
  #isPumpPlanned = false;
  #isClosed = false;

  constructor(parts: EventHubParts) {
    this.#parts = parts;
    this.#limits = { ...DEFAULT_EVENT_LIMITS, ...parts.limits };
    this.#subscribers = new Subscribers(parts.sessions);
    this.#queue = new SerialQueue();
    this.#listener = new PgListener({
      databaseUrl: parts.databaseUrl,
      channels: [EVENT_CHANNEL, SIGNAL_CHANNEL],
      onListening: () => this.#planPump(),
      onNotification: (channel, payload) => {
        if (channel === EVENT_CHANNEL) this.#onEvent();
        else this.#onSignal(parseSignal(payload));
      },
      onLost: (error) => parts.log.warn({ err: error }, 'the connection for events was lost'),
    });
  }

  /** Open streams of this process. */
  get openStreams(): number {
    return this.#subscribers.size;
  }

  async start(): Promise<void> {
    await this.#listener.start();
    const { heartbeatSeconds, keepEventsHours } = this.#limits;
    const every = (ms: number, work: () => Promise<unknown>) =>
      this.#timers.push(setInterval(() => this.#run(work), ms).unref());
    every(heartbeatSeconds * 1000, async () => {
      await this.#subscribers.refresh().finally(() => this.#subscribers.sendToAll(HEARTBEAT_FRAME));
      this.#parts.presence.repeat();
    });
    every(PRESENCE_EVERY_MS, () => this.#tellPresence());
    every(PRUNE_EVERY_MS, () =>
      this.#parts.events.deleteOlderThan(new Date(Date.now() - keepEventsHours * 60 * 60 * 1000)),
    );
  }

  /** Calls whenever something was written, in whatever process: a queue filled by the same transaction can be looked at. */
  onEvent(onlooker: () => void): void {
    this.#onlookers.add(onlooker);
  }

  /** Calls when an upload is wanted on another connection, in whatever process. */
  onUploadWanted(watcher: (uploadId: string) => void): void {
    this.#uploadWatchers.add(watcher);
  }

  #onEvent(): void {
    this.#planPump();
    for (const onlooker of this.#onlookers) onlooker();
  }

  /** Ends every stream; pages connect again by themselves. New ones are refused. */
  closeAll(): void {
    this.#isClosed = true;
    this.#subscribers.endAll();
  }

  async close(): Promise<void> {
    this.closeAll();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#parts.presence.close();
    await this.#listener.close();
    await this.#queue.idle();
  }

  /** Whether one more stream of this user may be opened here. */
  hasRoomFor(userId: string): boolean {
    const { maxStreams, maxStreamsPerUser } = this.#limits;
    if (this.#isClosed || this.#subscribers.size >= maxStreams) return false;
    return this.#subscribers.countOf(userId) < maxStreamsPerUser;
  }

  /**
   * Counts the stream at once, says `connected`, then tells what was missed since `lastEventId`, then what happens.
   * Returns the way to leave.
   */
  subscribe(subscriber: Subscriber, lastEventId: bigint | null): () => void {
    let isWaiting = true;
    const joining: Subscriber = {
      sessionToken: subscriber.sessionToken,
      actor: subscriber.actor,
      // Until its turn in the queue has come, it is told nothing: it would come before what was missed.
      send: (frame) => (isWaiting ? undefined : subscriber.send(frame)),
      end: () => subscriber.end(),
    };
    this.#subscribers.add(joining);
    const { userId } = subscriber.actor;
    const side = presenceSideOf(subscriber.actor);
    if (side !== null) this.#parts.presence.arrive(userId, side === 'STAFF');
    this.#run(
      async () => {
        await this.#locate();
        isWaiting = false;
        await this.#welcome(joining, lastEventId);
      },
      () => subscriber.end(),
    );
    return () => {
      this.#subscribers.remove(joining);
      this.#parts.presence.leave(userId);
    };
  }

  async #welcome(subscriber: Subscriber, lastEventId: bigint | null): Promise<void> {
    const serverTime = new Date().toISOString();
    const position = this.#position ?? 0n;
    const missed = lastEventId === null ? [] : await this.#missedBy(subscriber.actor, lastEventId, position);
    if (missed === null) {
      subscriber.send(eventFrame('connected', { serverTime, reset: true }, position));
      return;
    }
    subscriber.send(eventFrame('connected', { serverTime }, lastEventId ?? position));
    await this.#tell(missed, [subscriber]);
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
    this.#run(
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
      await this.#tell(events, await this.#subscribers.refresh());
      this.#position = last.id;
      if (events.length < BATCH) return;
    }
  }

  async #tell(events: readonly SupportEvent[], subscribers: readonly Subscriber[]): Promise<void> {
    const audible = events.filter((event) => subscribers.some(({ actor }) => mayReadConversation(actor, event.dialog)));
    const frames = await this.#parts.presenter.present(audible);
    for (const [index, event] of audible.entries()) {
      const frame = frames[index];
      if (!frame) continue;
      for (const subscriber of subscribers) {
        if (mayReadConversation(subscriber.actor, event.dialog)) subscriber.send(frame);
      }
    }
  }

  #onSignal(signal: SupportSignal | null): void {
    if (signal?.kind === 'upload') {
      for (const watch of this.#uploadWatchers) watch(signal.uploadId);
      return;
    }
    if (signal?.kind === 'presence' || signal?.kind === 'absence') {
      this.#parts.presence.receive(signal);
      return;
    }
    if (signal === null || this.#subscribers.size === 0) return;
    this.#run(() => (signal.kind === 'access' ? this.#subscribers.refresh() : this.#tellTyping(signal)));
  }

  async #tellTyping({ dialogId, userId }: { dialogId: string; userId: string }): Promise<void> {
    const [dialog, name] = await Promise.all([
      this.#parts.dialogs.findById(dialogId),
      this.#parts.sessions.findName(userId),
    ]);
    if (dialog === null || name === null) return;
    const senderType = dialog.userId === userId ? 'USER' : 'STAFF';
    const frame = eventFrame('typing', { dialogId, senderType, name });
    for (const subscriber of await this.#subscribers.refresh()) {
      const { actor } = subscriber;
      if (actor.userId !== userId && mayReadConversation(actor, dialog)) subscriber.send(frame);
    }
  }

  /** Collected for a moment: after a restart everybody comes at once. */
  async #tellPresence(): Promise<void> {
    this.#parts.presence.sweep();
    const changes = this.#parts.presence.takeChanges();
    if (changes.length === 0 || this.#subscribers.size === 0) return;
    const frames = changes.map((change) => ({
      change,
      frame: eventFrame('presence.updated', presentPresence(change)),
    }));
    for (const subscriber of await this.#subscribers.refresh()) {
      const side = presenceSideOf(subscriber.actor);
      for (const { change, frame } of frames) if (side !== null && change.side !== side) subscriber.send(frame);
    }
  }

  #run(work: () => Promise<unknown>, onFailure: () => void = () => undefined): void {
    if (this.#isClosed) return;
    this.#queue.add(async () => {
      try {
        await work();
      } catch (err) {
        if (this.#isClosed) return;
        this.#parts.log.warn({ err }, 'events could not be told');
        onFailure();
      }
    });
  }
}

/** Staff without the permission are on neither side of any conversation: they are not seen, and see nobody. */
function presenceSideOf(actor: Actor): 'USER' | 'STAFF' | null {
  if (mayManageSupportChats(actor)) return 'STAFF';
  return actor.role === 'USER' ? 'USER' : null;
}

function presentPresence({ side, userId, online, at }: PresenceChange): PresenceDto {
  return { side, userId, online, lastSeenAt: online ? null : at.toISOString() };
}
