import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ConversationOwnership } from '#entities/support-chat/_domain/conversation.ts';

/** One open event stream. */
export interface Subscriber {
  readonly sessionToken: string;
  /** As last read from the database. */
  actor: Actor;
  send(frame: string): void;
  /** The session is over, or the server shuts down. */
  end(): void;
}

/** Who may read what at this moment; see `SessionRepository.findActors`. */
export interface SessionLookup {
  findActors(tokens: readonly string[]): Promise<Map<string, Actor>>;
}

/** The open streams of this process, found by whom an event is for: its cost grows with recipients, not with pages. */
export class StreamRegistry {
  readonly #all = new Set<Subscriber>();
  readonly #byUser = new Map<string, Set<Subscriber>>();
  readonly #staff = new Set<Subscriber>();
  readonly #sessions: SessionLookup;

  constructor(sessions: SessionLookup) {
    this.#sessions = sessions;
  }

  get size(): number {
    return this.#all.size;
  }

  countOf(userId: string): number {
    return this.#byUser.get(userId)?.size ?? 0;
  }

  add(subscriber: Subscriber): void {
    this.#all.add(subscriber);
    const { userId } = subscriber.actor;
    this.#byUser.set(userId, (this.#byUser.get(userId) ?? new Set()).add(subscriber));
    this.#sort(subscriber);
  }

  remove(subscriber: Subscriber): void {
    this.#all.delete(subscriber);
    this.#staff.delete(subscriber);
    const { userId } = subscriber.actor;
    const own = this.#byUser.get(userId);
    own?.delete(subscriber);
    if (own?.size === 0) this.#byUser.delete(userId);
  }

  all(): Iterable<Subscriber> {
    return this.#all;
  }

  staff(): Iterable<Subscriber> {
    return this.#staff;
  }

  /** Whoever might read these conversations; `mayReadConversation` decides once their sessions were read again. */
  audienceOf(conversations: Iterable<ConversationOwnership>): Set<Subscriber> {
    const audience = new Set<Subscriber>(this.#staff);
    for (const { userId } of conversations) {
      for (const subscriber of this.#byUser.get(userId) ?? []) audience.add(subscriber);
    }
    return audience;
  }

  /**
   * Reads sessions, roles and permissions of these streams again, in one statement, ends the streams whose session is
   * over, and returns the others. Called before anything is sent: a withdrawn right counts at once, also when it was
   * withdrawn by SQL (docs/threat-model.md, 23 and 24).
   */
  async refresh(subscribers: Iterable<Subscriber> = this.#all): Promise<Subscriber[]> {
    const asked = [...subscribers];
    if (asked.length === 0) return [];
    const actors = await this.#sessions.findActors([...new Set(asked.map(({ sessionToken }) => sessionToken))]);
    return asked.filter((subscriber) => {
      const actor = actors.get(subscriber.sessionToken);
      if (actor === undefined) {
        this.remove(subscriber);
        subscriber.end();
        return false;
      }
      if (!this.#all.has(subscriber)) return false;
      subscriber.actor = actor;
      this.#sort(subscriber);
      return true;
    });
  }

  sendToAll(frame: string): void {
    for (const subscriber of this.#all) subscriber.send(frame);
  }

  endAll(): void {
    for (const subscriber of this.#all) subscriber.end();
    for (const group of [this.#all, this.#staff, this.#byUser]) group.clear();
  }

  #sort(subscriber: Subscriber): void {
    // Also those who may not manage chats now: a permission that is granted counts with the next event.
    if (subscriber.actor.role === 'USER') this.#staff.delete(subscriber);
    else this.#staff.add(subscriber);
  }
}
