import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPgPool } from '#shared/db/pg-pool.ts';
import { acquireLease } from '#shared/lease/lease.ts';

/** Holds the lease `test:job` until it is lost (exit code 3) or a minute has passed. */
const [, , databaseUrl = '', ttlSeconds = '1'] = process.argv;
const pool = createPgPool(databaseUrl);
const lease = await acquireLease(pool, { namespace: 'test', name: 'job', ttlSeconds: Number(ttlSeconds) });
if (!lease) process.exit(4);
process.stdout.write('held\n');
lease.signal.addEventListener('abort', () => process.exit(3));
await sleep(60_000);
