import type { Actor } from '#entities/account/_domain/actor.ts';

/** One open stream. */
export interface Subscriber {
  readonly sessionToken: string;
  /** As last read from the database. */
  actor: Actor;
  send(frame: string): void;
  /** The session is over, or the server goes. */
  end(): void;
}

/** Who may read whom at this moment; see `SessionRepository.findActors`. */
export interface SessionLookup {
  findActors(tokens: readonly string[]): Promise<Map<string, Actor>>;
}

/** The open streams of this process. */
export class Subscribers {
  readonly #all = new Set<Subscriber>();
  readonly #sessions: SessionLookup;

  constructor(sessions: SessionLookup) {
    this.#sessions = sessions;
  }

  get size(): number {
    return this.#all.size;
  }

  countOf(userId: string): number {
    let count = 0;
    for (const subscriber of this.#all) if (subscriber.actor.userId === userId) count++;
    return count;
  }

  add(subscriber: Subscriber): void {
    this.#all.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    this.#all.delete(subscriber);
  }

  /**
   * Reads every session, role and permission anew, in one statement, ends the streams whose session is over, and
   * returns the others. Asked before anything is told: what was withdrawn counts at once, also when it was withdrawn
   * behind our back by SQL (THREATS.md 23, 24).
   */
  async refresh(): Promise<Subscriber[]> {
    if (this.#all.size === 0) return [];
    const asked = [...this.#all];
    const actors = await this.#sessions.findActors([...new Set(asked.map(({ sessionToken }) => sessionToken))]);
    const live: Subscriber[] = [];
    for (const subscriber of asked) {
      const actor = actors.get(subscriber.sessionToken);
      if (actor === undefined) {
        this.#all.delete(subscriber);
        subscriber.end();
      } else if (this.#all.has(subscriber)) {
        subscriber.actor = actor;
        live.push(subscriber);
      }
    }
    return live;
  }

  sendToAll(frame: string): void {
    for (const subscriber of this.#all) subscriber.send(frame);
  }

  endAll(): void {
    for (const subscriber of this.#all) subscriber.end();
    this.#all.clear();
  }
}
