import { randomUUID } from 'node:crypto';
import { Prisma, type PrismaClient } from '#generated/prisma/client.ts';
import type { UserRole } from '../_domain/actor.ts';
import type { Person } from '../_domain/person.ts';

export interface PersonPosition {
  createdAt: Date;
  id: string;
}

const SELECT_PERSON = Prisma.sql`
  SELECT u.id, u.name, u.email, u.role, u."createdAt",
    coalesce(u.role = 'STAFF' AND p."canManageSupportChats", false) AS "canManageSupportChats"
  FROM "User" u LEFT JOIN "StaffPermission" p ON p."userId" = u.id`;

/** Changes to people, inside `PersonRepository.change`. */
export interface PeopleChanges {
  /** True while this user is an admin: read under the lock, so two admins can not depose each other at once. */
  isStillAdmin(userId: string): boolean;
  find(userId: string): Promise<Person | null>;
  setRole(userId: string, role: UserRole): Promise<void>;
  setPermission(userId: string, value: boolean): Promise<void>;
}

export interface NewPerson {
  /** In lower case, as sign-in looks it up. */
  email: string;
  name: string;
  role: UserRole;
  passwordHash: string;
}

export class PersonRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Newest accounts first. */
  list(page: { query?: string; before: PersonPosition | null; limit: number }): Promise<Person[]> {
    const { query, before, limit } = page;
    const conditions = [Prisma.sql`true`];
    if (before) conditions.push(Prisma.sql`(u."createdAt", u.id) < (${before.createdAt}::timestamp, ${before.id})`);
    if (query) {
      const pattern = `%${query.replace(/[\\%_]/g, '\\$&')}%`;
      conditions.push(Prisma.sql`(u.name ILIKE ${pattern} OR u.email ILIKE ${pattern})`);
    }
    return this.#prisma.$queryRaw<Person[]>`
      ${SELECT_PERSON} WHERE ${Prisma.join(conditions, ' AND ')}
      ORDER BY u."createdAt" DESC, u.id DESC LIMIT ${limit}`;
  }

  /** Somebody who signs in with a password; null when the e-mail address is taken. */
  async createWithPassword(person: NewPerson): Promise<{ id: string } | null> {
    const { passwordHash, ...user } = person;
    const id = randomUUID();
    try {
      return await this.#prisma.user.create({
        data: {
          ...{ id, ...user, emailVerified: true },
          // better-auth looks a password up under this provider, with the user's own id as the account's.
          accounts: { create: { accountId: id, providerId: 'credential', password: passwordHash } },
        },
        select: { id: true },
      });
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') return null;
      throw error;
    }
  }

  /** Runs one change of people at a time. */
  change<T>(work: (changes: PeopleChanges) => Promise<T>): Promise<T> {
    return this.#prisma.$transaction(async (db) => {
      const admins = await db.$queryRaw<{ id: string }[]>`
        SELECT id FROM "User" WHERE role = 'ADMIN' ORDER BY id FOR NO KEY UPDATE`;
      return work(changesOver(db, new Set(admins.map((admin) => admin.id))));
    });
  }
}

function changesOver(db: Prisma.TransactionClient, adminIds: ReadonlySet<string>): PeopleChanges {
  return {
    isStillAdmin: (userId) => adminIds.has(userId),
    find: async (userId) => {
      const rows = await db.$queryRaw<Person[]>`${SELECT_PERSON} WHERE u.id = ${userId}`;
      return rows[0] ?? null;
    },
    setRole: async (userId, role) => {
      await db.user.update({ where: { id: userId }, data: { role }, select: { id: true } });
      // Whoever becomes staff once more starts without the permission they had before.
      if (role !== 'STAFF') await db.staffPermission.deleteMany({ where: { userId } });
    },
    setPermission: async (userId, value) => {
      await db.staffPermission.upsert({
        where: { userId },
        create: { userId, canManageSupportChats: value },
        update: { canManageSupportChats: value },
      });
    },
  };
}
