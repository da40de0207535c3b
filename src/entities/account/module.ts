import { ContainerModule } from 'inversify';
import { PrismaClient } from '#generated/prisma/client.ts';
import { PersonRepository } from './person-repository.ts';
import { SessionRepository } from './session-repository.ts';

/** Needs PrismaClient bound. */
export const accountEntities = new ContainerModule(({ bind }) => {
  bind(PersonRepository)
    .toResolvedValue((prisma) => new PersonRepository(prisma), [PrismaClient])
    .inSingletonScope();
  bind(SessionRepository)
    .toResolvedValue((prisma) => new SessionRepository(prisma), [PrismaClient])
    .inSingletonScope();
});
