import { randomUUID } from 'node:crypto';
import type { SupportSignal } from '#entities/support-chat/_domain/support-event.ts';

export type PresenceSignal = Extract<SupportSignal, { kind: 'presence' | 'absence' }>;

/** Somebody came or went. Support is one side: who of it is there is not told. */
export type PresenceChange =
  | { side: 'USER'; userId: string; online: boolean; at: Date }
  | { side: 'STAFF'; userId: null; online: boolean; at: Date };

export interface PresenceParts {
  /** To all processes, this one included. */
  announce: (signal: PresenceSignal) => Promise<void>;
  now?: () => number;
}

/** A process that died takes its people with it after so long. */
export const PRESENT_FOR_MS = 45_000;
/** A page that is reloaded is away for a moment and never left. */
const RELOAD_MS = 5_000;
/** NOTIFY carries 8,000 bytes. */
const PEOPLE_PER_SIGNAL = 150;
const MAX_REMEMBERED = 20_000;

interface Person {
  isStaff: boolean;
  /** Until when the last heartbeat of each process is good. */
  untilByInstance: Map<string, number>;
}

/**
 * Who has a page open, in whatever process. Each process tells the others about its own people when they come and go,
 * and of all of them now and then; nothing is written down. A person is here as long as one process says so.
 */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #instance = randomUUID();
  readonly #local = new Map<string, { isStaff: boolean; streams: number }>();
  readonly #people = new Map<string, Person>();
  readonly #leaving = new Map<string, NodeJS.Timeout>();
  readonly #lastSeenMs = new Map<string, number>();
  #changes: PresenceChange[] = [];
  #staffOnline = 0;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** A page of this person was opened here. */
  arrive(userId: string, isStaff: boolean): void {
    clearTimeout(this.#leaving.get(userId));
    this.#leaving.delete(userId);
    const here = this.#local.get(userId);
    this.#local.set(userId, { isStaff, streams: (here?.streams ?? 0) + 1 });
    if (!here) this.#announce({ kind: 'presence', instance: this.#instance, people: [[userId, isStaff]] });
  }

  /** One of their pages was closed here. */
  leave(userId: string): void {
    const here = this.#local.get(userId);
    if (!here) return;
    here.streams -= 1;
    if (here.streams > 0) return;
    const timer = setTimeout(() => {
      this.#leaving.delete(userId);
      this.#local.delete(userId);
      this.#announce({ kind: 'absence', instance: this.#instance, userIds: [userId] });
    }, RELOAD_MS);
    this.#leaving.set(userId, timer.unref());
  }

  /** What a process told, this one included. */
  receive(signal: PresenceSignal): void {
    const now = this.#now();
    if (signal.kind === 'absence') {
      for (const userId of signal.userIds) {
        const person = this.#people.get(userId);
        person?.untilByInstance.delete(signal.instance);
        if (person) this.#dropIfGone(userId, person, now);
      }
    } else {
      for (const [userId, isStaff] of signal.people) this.#heartbeat(userId, isStaff, signal.instance, now);
    }
  }

  /** Tells the other processes that our people are still here. */
  repeat(): void {
    const people = [...this.#local].map(([userId, { isStaff }]): [string, boolean] => [userId, isStaff]);
    for (let i = 0; i < people.length; i += PEOPLE_PER_SIGNAL) {
      const some = people.slice(i, i + PEOPLE_PER_SIGNAL);
      this.#announce({ kind: 'presence', instance: this.#instance, people: some });
    }
  }

  /** Drops those of whom no process has sent a heartbeat lately. */
  sweep(): void {
    const now = this.#now();
    for (const [userId, person] of this.#people) this.#dropIfGone(userId, person, now);
  }

  /** What changed since the last call. */
  takeChanges(): PresenceChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  isOnline(userId: string): boolean {
    return this.#people.has(userId);
  }

  isSupportOnline(): boolean {
    return this.#staffOnline > 0;
  }

  /** When this process saw them go; null when it did not. */
  lastSeenAt(who: { userId: string } | 'support'): Date | null {
    const seenMs = this.#lastSeenMs.get(who === 'support' ? who : who.userId);
    return seenMs === undefined ? null : new Date(seenMs);
  }

  /** Announces that everybody here left, so that other processes need not wait for the heartbeats to end. */
  async close(): Promise<void> {
    for (const timer of this.#leaving.values()) clearTimeout(timer);
    const userIds = [...this.#local.keys()];
    this.#local.clear();
    for (let i = 0; i < userIds.length; i += PEOPLE_PER_SIGNAL) {
      const some = userIds.slice(i, i + PEOPLE_PER_SIGNAL);
      await this.#parts.announce({ kind: 'absence', instance: this.#instance, userIds: some }).catch(() => undefined);
    }
  }

  #dropIfGone(userId: string, person: Person, now: number): void {
    for (const [instance, until] of person.untilByInstance) {
      if (until <= now) person.untilByInstance.delete(instance);
    }
    if (person.untilByInstance.size > 0) return;
    const supportWas = this.isSupportOnline();
    this.#people.delete(userId);
    if (person.isStaff) this.#staffOnline -= 1;
    this.#noteSeen(person.isStaff ? 'support' : userId, now);
    this.#noteChange(userId, person.isStaff, false, supportWas);
  }

  #heartbeat(userId: string, isStaff: boolean, instance: string, now: number): void {
    const supportWas = this.isSupportOnline();
    const known = this.#people.get(userId);
    const person = known ?? { isStaff, untilByInstance: new Map<string, number>() };
    person.untilByInstance.set(instance, now + PRESENT_FOR_MS);
    if (known) return;
    this.#people.set(userId, person);
    if (isStaff) this.#staffOnline += 1;
    this.#noteChange(userId, isStaff, true, supportWas);
  }

  #noteChange(userId: string, isStaff: boolean, online: boolean, supportWas: boolean): void {
    const at = new Date(this.#now());
    if (!isStaff) this.#changes.push({ side: 'USER', userId, online, at });
    // The second of support to come, and the last but one to go, change nothing for customers.
    else if (this.isSupportOnline() !== supportWas) this.#changes.push({ side: 'STAFF', userId: null, online, at });
  }

  #noteSeen(key: string, now: number): void {
    if (this.#lastSeenMs.size >= MAX_REMEMBERED) this.#lastSeenMs.clear();
    this.#lastSeenMs.set(key, now);
  }

  /** Presence is worth no failure: what is missed now is repeated soon. */
  #announce(signal: PresenceSignal): void {
    this.#parts.announce(signal).catch(() => undefined);
  }

  #now(): number {
    return this.#parts.now?.() ?? Date.now();
  }
}
