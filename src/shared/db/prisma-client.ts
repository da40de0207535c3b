import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from '#generated/prisma/client.ts';
import { createPgPool, type PoolLimits } from './pg-pool.ts';

export { Prisma } from '#generated/prisma/client.ts';
export type { PrismaClient };

/**
 * Prisma over a pool of its own, with the time zone, timeouts and lost connections of `createPgPool`.
 * `$disconnect()` closes the pool.
 */
export function createPrisma(databaseUrl: string, limits: PoolLimits = {}): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(createPgPool(databaseUrl, limits), { disposeExternalPool: true }) });
}

/** Prisma over a pool that raw statements use too, so that one number bounds the connections of a process. */
export function createPrismaOver(pool: Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
}
