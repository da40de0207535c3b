import { ContainerModule } from 'inversify';
import { PrismaClient } from '#generated/prisma/client.ts';
import { PersonRepository } from './_repositories/person-repository.ts';
import { SessionRepository } from './_repositories/session-repository.ts';

/** Needs PrismaClient bound. */
export const accountEntities = new ContainerModule(({ bind }) => {
  bind(PersonRepository)
    .toResolvedValue((prisma) => new PersonRepository(prisma), [PrismaClient])
    .inSingletonScope();
  bind(SessionRepository)
    .toResolvedValue((prisma) => new SessionRepository(prisma), [PrismaClient])
    .inSingletonScope();
});
