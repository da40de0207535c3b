import { type Actor, mayManagePeople, type UserRole } from '#entities/account/_domain/actor.ts';
import type { Person } from '#entities/account/_domain/person.ts';
import type { PeopleChanges, PersonRepository } from '#entities/account/_repositories/person-repository.ts';
import type { SupportEventRepository } from '#entities/support-chat/_repositories/support-event-repository.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import { cutPage, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../_domain/cursor.ts';

/** Who is staff and who may manage chats; for admins. Changes count at once: every request reads rights anew. */
export class PeopleService {
  readonly #people: PersonRepository;
  readonly #signals: Pick<SupportEventRepository, 'signal'>;

  constructor(people: PersonRepository, signals: Pick<SupportEventRepository, 'signal'>) {
    this.#people = people;
    this.#signals = signals;
  }

  /** Everybody with an account, the newest first. @throws ChatError FORBIDDEN, BAD_REQUEST (cursor) */
  async list(actor: Actor, request: PageRequest & { query?: string | undefined }): Promise<Page<Person>> {
    requireAdmin(mayManagePeople(actor));
    const { cursor, limit, query } = request;
    const position = decodeCursor('people', cursor);
    const before = position && { createdAt: position.at, id: position.id };
    const people = await this.#people.list({ query, before, limit: limit + 1 });
    return cutPage(people, limit, ({ createdAt: at, id }) => encodeCursor('people', { at, id }));
  }

  /** @throws ChatError FORBIDDEN, NOT_FOUND, BAD_REQUEST for one's own role: so an admin always remains. */
  setRole(actor: Actor, { userId, role }: { userId: string; role: UserRole }): Promise<Person> {
    return this.#change(actor, userId, async (changes) => {
      if (userId === actor.userId) throw new ChatError('BAD_REQUEST', 'Nobody changes their own role.');
      await changes.setRole(userId, role);
    });
  }

  /** @throws ChatError FORBIDDEN, NOT_FOUND, BAD_REQUEST for somebody who is not staff */
  setPermission(actor: Actor, { userId, value }: { userId: string; value: boolean }): Promise<Person> {
    return this.#change(actor, userId, async (changes, person) => {
      if (person.role !== 'STAFF') throw new ChatError('BAD_REQUEST', 'Only staff have this permission.');
      await changes.setPermission(userId, value);
    });
  }

  /** One change of people at a time; open event streams are told to look again. */
  async #change(
    actor: Actor,
    userId: string,
    change: (changes: PeopleChanges, person: Person) => Promise<void>,
  ): Promise<Person> {
    requireAdmin(mayManagePeople(actor));
    const changed = await this.#people.change(async (changes) => {
      requireAdmin(changes.isStillAdmin(actor.userId));
      const person = await changes.find(userId);
      if (!person) throw notFound('person');
      await change(changes, person);
      return (await changes.find(userId)) ?? person;
    });
    await this.#signals.signal({ kind: 'access', userId });
    return changed;
  }
}

function requireAdmin(isAdmin: boolean): void {
  if (!isAdmin) throw new ChatError('FORBIDDEN', 'Only admins manage people.');
}
