import { hashPassword } from 'better-auth/crypto';
import type { PrismaClient } from '#shared/db/prisma-client.ts';

/** The password of all test users. */
export const PASSWORD = 'attache-demo';

/** The users of every test: two customers, staff with and without the permission, an admin. */
export const people = {
  anna: { id: '00000000-0000-4000-8000-00000000000a', email: 'anna@demo.test', name: 'Anna', role: 'USER' },
  boris: { id: '00000000-0000-4000-8000-00000000000b', email: 'boris@demo.test', name: 'Boris', role: 'USER' },
  sofia: { id: '00000000-0000-4000-8000-00000000000c', email: 'sofia@demo.test', name: 'Sofia', role: 'STAFF' },
  nikita: { id: '00000000-0000-4000-8000-00000000000d', email: 'nikita@demo.test', name: 'Nikita', role: 'STAFF' },
  admin: { id: '00000000-0000-4000-8000-00000000000e', email: 'admin@demo.test', name: 'Admin', role: 'ADMIN' },
} as const;

export type PersonName = keyof typeof people;

let hashed: Promise<string> | undefined;

/** The hash of `PASSWORD`, computed once, since hashing is slow by design. */
export function passwordHash(): Promise<string> {
  hashed ??= hashPassword(PASSWORD);
  return hashed;
}

/** Inserts the users with their passwords and permissions. */
export async function createPeople(prisma: PrismaClient): Promise<void> {
  const password = await passwordHash();
  const list = Object.values(people);
  await prisma.user.createMany({ data: list.map((person) => ({ ...person, emailVerified: true })) });
  await prisma.account.createMany({
    data: list.map(({ id }) => ({ accountId: id, providerId: 'credential', userId: id, password })),
  });
  await prisma.staffPermission.createMany({
    data: [
      { userId: people.sofia.id, canManageSupportChats: true },
      { userId: people.nikita.id, canManageSupportChats: false },
    ],
  });
}
