import { type Actor, mayManagePeople } from '#entities/account/actor.ts';
import type { Person } from '#entities/account/person.ts';
import type { PeopleChanges, PersonRepository } from '#entities/account/person-repository.ts';
import type { SupportEventRepository } from '#entities/support-chat/event/support-event-repository.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import type { PersonDto } from '../dto/chat-dto.ts';
import type { SetPermissionInput, SetRoleInput } from '../trpc/inputs.ts';
import { presentPerson, requireAdmin } from './list-people.ts';

/**
 * Changes of somebody's rights by an admin. They count at once: every request reads role and permission anew, and open
 * event streams are told to look again.
 */
class PersonChange {
  readonly #people: PersonRepository;
  readonly #signals: SupportEventRepository;

  constructor(people: PersonRepository, signals: SupportEventRepository) {
    this.#people = people;
    this.#signals = signals;
  }

  protected async apply(
    actor: Actor,
    userId: string,
    change: (changes: PeopleChanges, person: Person) => Promise<void>,
  ): Promise<PersonDto> {
    requireAdmin(mayManagePeople(actor));
    const changed = await this.#people.change(async (changes) => {
      requireAdmin(changes.isStillAdmin(actor.userId));
      const person = await changes.find(userId);
      if (!person) throw notFound('person');
      await change(changes, person);
      return (await changes.find(userId)) ?? person;
    });
    await this.#signals.signal({ kind: 'access', userId });
    return presentPerson(changed);
  }
}

export class SetRole extends PersonChange {
  /** @throws ChatError FORBIDDEN, NOT_FOUND, BAD_REQUEST for one's own role: so an admin always remains. */
  execute(actor: Actor, { userId, role }: SetRoleInput): Promise<PersonDto> {
    return this.apply(actor, userId, async (changes) => {
      if (userId === actor.userId) throw new ChatError('BAD_REQUEST', 'Nobody changes their own role.');
      await changes.setRole(userId, role);
    });
  }
}

export class SetPermission extends PersonChange {
  /** @throws ChatError FORBIDDEN, NOT_FOUND, BAD_REQUEST for somebody who is not staff */
  execute(actor: Actor, { userId, value }: SetPermissionInput): Promise<PersonDto> {
    return this.apply(actor, userId, async (changes, person) => {
      if (person.role !== 'STAFF') throw new ChatError('BAD_REQUEST', 'Only staff have this permission.');
      await changes.setPermission(userId, value);
    });
  }
}
