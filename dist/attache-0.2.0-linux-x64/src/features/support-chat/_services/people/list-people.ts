import { type Actor, mayManagePeople } from '#entities/account/_domain/actor.ts';
import type { Person } from '#entities/account/_domain/person.ts';
import type { PersonRepository } from '#entities/account/_repositories/person-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { PersonDto, PersonPageDto } from '../../_api/dto/chat-dto.ts';
import type { ListPeopleInput } from '../../_api/inputs.ts';
import { cutPage, decodeCursor, encodeCursor } from '../../_domain/cursor.ts';

/** Everybody with an account, the newest first; for admins. */
export class ListPeople {
  readonly #people: PersonRepository;

  constructor(people: PersonRepository) {
    this.#people = people;
  }

  /** @throws ChatError FORBIDDEN */
  async execute(actor: Actor, { cursor, limit, query }: ListPeopleInput): Promise<PersonPageDto> {
    requireAdmin(mayManagePeople(actor));
    const position = decodeCursor('people', cursor);
    const before = position && { createdAt: position.at, id: position.id };
    const people = await this.#people.list({ query, before, limit: limit + 1 });
    const { items, ...next } = cutPage(people, limit, (last) =>
      encodeCursor('people', { at: last.createdAt, id: last.id }),
    );
    return { items: items.map(presentPerson), ...next };
  }
}

export function requireAdmin(isAdmin: boolean): void {
  if (!isAdmin) throw new ChatError('FORBIDDEN', 'Only admins manage people.');
}

export function presentPerson(person: Person): PersonDto {
  const { id, name, email, role, canManageSupportChats, createdAt } = person;
  return { id, name, email, role, canManageSupportChats, createdAt: createdAt.toISOString() };
}
