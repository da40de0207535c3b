import { z } from 'zod';
import type { Person } from '#entities/account/_domain/person.ts';
import { recordId } from '#entities/support-chat/_domain/record-id.ts';
import type { PeopleService } from '../_services/people/people-service.ts';
import { page, searchWords } from './input.ts';
import { presentPage } from './present-page.ts';
import { procedure, router } from './trpc.ts';
import type { PersonDto, PersonPageDto } from './types.ts';

const listInput = z.strictObject({ ...page, query: searchWords.optional() });
const roleInput = z.strictObject({ userId: recordId, role: z.enum(['USER', 'STAFF', 'ADMIN']) });
const permissionInput = z.strictObject({ userId: recordId, value: z.boolean() });

/** Who is staff and who may manage chats; admins only. */
export function peopleRouter({ people }: { people: PeopleService }) {
  return router({
    list: procedure
      .input(listInput)
      .query(
        async ({ ctx, input }): Promise<PersonPageDto> =>
          presentPage(await people.list(ctx.actor, input), presentPerson),
      ),
    setRole: procedure
      .input(roleInput)
      .mutation(async ({ ctx, input }) => presentPerson(await people.setRole(ctx.actor, input))),
    setCanManageSupportChats: procedure
      .input(permissionInput)
      .mutation(async ({ ctx, input }) => presentPerson(await people.setPermission(ctx.actor, input))),
  });
}

function presentPerson(person: Person): PersonDto {
  const { id, name, email, role, canManageSupportChats, createdAt } = person;
  return { id, name, email, role, canManageSupportChats, createdAt: createdAt.toISOString() };
}
