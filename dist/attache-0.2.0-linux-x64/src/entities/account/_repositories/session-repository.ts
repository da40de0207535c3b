import type { PrismaClient } from '#generated/prisma/client.ts';
import type { Actor } from '../_domain/actor.ts';

export class SessionRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /**
   * Who holds these session tokens now. A token that is missing from the answer has expired or was signed out.
   * One statement for any number: open event streams are checked with it before anything is told to them.
   */
  async findActors(tokens: readonly string[]): Promise<Map<string, Actor>> {
    const rows = await this.#prisma.$queryRaw<(Actor & { token: string })[]>`
      SELECT s.token, u.id AS "userId", u.name, u.email, u.role,
        coalesce(u.role = 'STAFF' AND p."canManageSupportChats", false) AS "canManageSupportChats"
      FROM "Session" s JOIN "User" u ON u.id = s."userId"
      LEFT JOIN "StaffPermission" p ON p."userId" = u.id
      WHERE s.token = ANY(${[...tokens]}::text[]) AND s."expiresAt" > now() AT TIME ZONE 'UTC'`;
    return new Map(rows.map(({ token, ...actor }) => [token, actor]));
  }

  /** The name to show beside "is typing". */
  async findName(userId: string): Promise<string | null> {
    const user = await this.#prisma.user.findUnique({ where: { id: userId }, select: { name: true } });
    return user?.name ?? null;
  }
}
