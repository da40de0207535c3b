import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { acquireLease, LeaseLostError, withLease } from '#shared/lease/lease.ts';
import { OpsWorld } from './ops-world.ts';

const HOLDER = fileURLToPath(new URL('./lease-holder-process.ts', import.meta.url));

describe('the lease', () => {
  let world: OpsWorld;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    world = await OpsWorld.open();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await world.clear();
  });
  afterAll(() => world.close());

  const request = (ttlSeconds: number, name = 'job') => ({ namespace: 'test', name, ttlSeconds });

  async function startHolder(ttlSeconds: number): Promise<ChildProcess> {
    const child = spawn('node', [HOLDER, world.databaseUrl, String(ttlSeconds)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    if (!child.stdout) throw new Error('no output');
    const [line] = await once(child.stdout, 'data');
    expect(String(line).trim()).toBe('held');
    return child;
  }

  it('is held by one of many that ask at once', async () => {
    const leases = await Promise.all(Array.from({ length: 20 }, () => acquireLease(world.pool, request(30))));
    expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    await Promise.all(leases.map((lease) => lease?.release()));
  });

  it('can be taken again at once after a release, with a higher generation', async () => {
    const first = await acquireLease(world.pool, request(30));
    await first?.release();
    const second = await acquireLease(world.pool, request(30));
    expect(second?.generation).toBe((first?.generation ?? 0) + 1);
    await second?.release();
  });

  it('is renewed while its holder works for longer than the TTL', async () => {
    await withLease(world.pool, request(1), async (lease) => {
      await sleep(2500);
      await lease.assertHeld();
      expect(await acquireLease(world.pool, request(1))).toBeNull();
    });
  });

  it('of a killed process goes to another process after the TTL, not before', async () => {
    const holder = await startHolder(2);
    expect(await acquireLease(world.pool, request(2))).toBeNull();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await acquireLease(world.pool, request(2))).toBeNull();
    await sleep(2300);
    const successor = await acquireLease(world.pool, request(2));
    expect(successor?.generation).toBe(2);
    await successor?.release();
  });

  it('of a process that was stopped for longer than the TTL does not let it act any more', async () => {
    const holder = await startHolder(1);
    holder.kill('SIGSTOP');
    await sleep(1300);
    const successor = await acquireLease(world.pool, request(30));
    expect(successor).not.toBeNull();
    holder.kill('SIGCONT');
    const [code] = await once(holder, 'exit');
    expect(code).toBe(3);
    await successor?.assertHeld();
    await successor?.release();
  });

  it('stops guarding statements of a holder that was succeeded', async () => {
    const former = await acquireLease(world.pool, request(30));
    if (!former) throw new Error('not acquired');
    await world.pool.query(`UPDATE "Lease" SET "expiresAt" = now() - interval '1 second'`);
    const successor = await acquireLease(world.pool, request(30));
    const guard = former.guard(1);
    const { rowCount } = await world.pool.query(
      `UPDATE "User" SET "name" = 'changed' WHERE ${guard.sql}`,
      guard.values,
    );
    expect(rowCount).toBe(0);
    await expect(former.assertHeld()).rejects.toThrow(LeaseLostError);
    expect(former.signal.aborted).toBe(true);
    await former.release();
    await successor?.assertHeld();
    await successor?.release();
  });

  it('of another name or namespace is another lease', async () => {
    const leases = await Promise.all([
      acquireLease(world.pool, request(30, 'a')),
      acquireLease(world.pool, request(30, 'b')),
      acquireLease(world.pool, { ...request(30, 'a'), namespace: 'other' }),
    ]);
    expect(leases).not.toContain(null);
    await Promise.all(leases.map((lease) => lease?.release()));
  });
});
