import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#generated/prisma/client.ts';
import { createPgPool, type PoolLimits } from './pg-pool.ts';

export { Prisma } from '#generated/prisma/client.ts';
export type { PrismaClient };

/**
 * Prisma over our own pool, so that time zone, time-outs and lost connections behave as in `createPgPool`.
 * `$disconnect()` closes the pool.
 */
export function createPrisma(databaseUrl: string, limits: PoolLimits = {}): PrismaClient {
  const pool = createPgPool(databaseUrl, limits);
  const schema = new URL(databaseUrl).searchParams.get('schema') ?? undefined;
  return new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true, schema }) });
}
