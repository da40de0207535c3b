import { type Actor, mayManagePeople } from '#entities/account/_domain/actor.ts';
import type { Person } from '#entities/account/_domain/person.ts';
import type { PeopleChanges, PersonRepository } from '#entities/account/_repositories/person-repository.ts';
import type { SupportEventRepository } from '#entities/support-chat/_repositories/support-event-repository.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import type { PersonDto } from '../../_api/dto/chat-dto.ts';
import type { SetPermissionInput, SetRoleInput } from '../../_api/inputs.ts';
import { presentPerson, requireAdmin } from './list-people.ts';

/**
 * Changes of somebody's rights by an admin. They count at once: every request reads role and permission anew, and open
 * event streams are told to look again.
 */
interface PersonChange {
  people: PersonRepository;
  signals: SupportEventRepository;
  actor: Actor;
  userId: string;
  change(changes: PeopleChanges, person: Person): Promise<void>;
}

async function applyChange({ people, signals, actor, userId, change }: PersonChange): Promise<PersonDto> {
  requireAdmin(mayManagePeople(actor));
  const changed = await people.change(async (changes) => {
    requireAdmin(changes.isStillAdmin(actor.userId));
    const person = await changes.find(userId);
    if (!person) throw notFound('person');
    await change(changes, person);
    return (await changes.find(userId)) ?? person;
  });
  await signals.signal({ kind: 'access', userId });
  return presentPerson(changed);
}

export class SetRole {
  readonly #people: PersonRepository;
  readonly #signals: SupportEventRepository;

  constructor(people: PersonRepository, signals: SupportEventRepository) {
    this.#people = people;
    this.#signals = signals;
  }

  /** @throws ChatError FORBIDDEN, NOT_FOUND, BAD_REQUEST for one's own role: so an admin always remains. */
  execute(actor: Actor, { userId, role }: SetRoleInput): Promise<PersonDto> {
    const change = async (changes: PeopleChanges) => {
      if (userId === actor.userId) throw new ChatError('BAD_REQUEST', 'Nobody changes their own role.');
      await changes.setRole(userId, role);
    };
    return applyChange({ people: this.#people, signals: this.#signals, actor, userId, change });
  }
}

export class SetPermission {
  readonly #people: PersonRepository;
  readonly #signals: SupportEventRepository;

  constructor(people: PersonRepository, signals: SupportEventRepository) {
    this.#people = people;
    this.#signals = signals;
  }

  /** @throws ChatError FORBIDDEN, NOT_FOUND, BAD_REQUEST for somebody who is not staff */
  execute(actor: Actor, { userId, value }: SetPermissionInput): Promise<PersonDto> {
    const change = async (changes: PeopleChanges, person: Person) => {
      if (person.role !== 'STAFF') throw new ChatError('BAD_REQUEST', 'Only staff have this permission.');
      await changes.setPermission(userId, value);
    };
    return applyChange({ people: this.#people, signals: this.#signals, actor, userId, change });
  }
}
