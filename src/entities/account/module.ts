import type { PrismaClient } from '#generated/prisma/client.ts';
import { PersonRepository } from './_repositories/person-repository.ts';
import { SessionRepository } from './_repositories/session-repository.ts';

/** The repositories of people and their sessions. */
export function createAccountEntities(prisma: PrismaClient) {
  return { people: new PersonRepository(prisma), sessions: new SessionRepository(prisma) };
}

export type AccountEntities = ReturnType<typeof createAccountEntities>;
