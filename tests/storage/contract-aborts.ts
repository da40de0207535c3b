import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { mapWithLimit } from '#shared/lib/map-with-limit/map-with-limit.ts';
import type { ContractContext } from './contract-suite.ts';
import { MIB, mebibytes, readAll, sha256, someBytes, streamOf } from './test-bytes.ts';

/** Uploads and downloads that are aborted. */
export function describeAborts(suite: ContractContext): void {
  const { path, put, expectNothingAt } = suite;
  describe('an aborted or failing put', () => {
    it('leaves nothing when it is aborted in the middle', async () => {
      const controller = new AbortController();
      const body = mebibytes(12, () => {
        controller.abort();
        return sleep(50);
      });
      await expect(suite.storage.put(path('aborted'), body, { signal: controller.signal })).rejects.toMatchObject({
        name: 'AbortError',
      });
      await expectNothingAt('aborted');
    });

    it('ends at once although the sender has fallen silent', async () => {
      const controller = new AbortController();
      const body = mebibytes(1, () => new Promise<void>(() => {}));
      const done = suite.storage
        .put(path('silent'), body, { signal: controller.signal })
        .catch((error: unknown) => error);
      await sleep(200);
      const before = performance.now();
      controller.abort(new Error('the client went away'));
      expect(await done).toMatchObject({ name: 'AbortError' });
      expect(performance.now() - before).toBeLessThan(3_000);
      await expectNothingAt('silent');
    });

    it('does not begin when it is aborted before, and ends its body', async () => {
      const body = streamOf(someBytes(10));
      const put = suite.storage.put(path('never'), body, { signal: AbortSignal.abort() });
      await expect(put).rejects.toMatchObject({ name: 'AbortError' });
      expect(body.destroyed).toBe(true);
      await expectNothingAt('never');
    });

    it.each([0, 1, 11])(
      'leaves nothing when the body fails after %i MiB, and throws that very error',
      async (count) => {
        const failure = new RangeError('too large');
        const body = mebibytes(count, () => {
          throw failure;
        });
        await expect(suite.storage.put(path('failed'), body)).rejects.toBe(failure);
        await expectNothingAt('failed');
      },
    );

    it('leaves nothing when the body is destroyed under it', async () => {
      const body = streamOf(someBytes(4 * MIB));
      const done = suite.storage.put(path('destroyed'), body).catch((error: unknown) => error);
      body.destroy();
      expect(await done).toBeInstanceOf(Error);
      await expectNothingAt('destroyed');
    });
  });

  describe('an aborted read', () => {
    const bytes = someBytes(8 * MIB);
    beforeAll(async () => {
      await put('read', bytes);
    });

    it('ends with an AbortError, before and in the middle', async () => {
      await expect(suite.storage.open(path('read'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
        name: 'AbortError',
      });
      const controller = new AbortController();
      const stream = await suite.storage.open(path('read'), { signal: controller.signal });
      await once(stream, 'readable');
      stream.read(1);
      controller.abort();
      await expect(readAll(stream)).rejects.toMatchObject({ name: 'AbortError' });
      expect(stream.destroyed).toBe(true);
    });

    it('leaves no descriptor or socket behind, 300 times over', async () => {
      const parallel = 10;
      const ways = [
        async () => {
          const controller = new AbortController();
          const opening = suite.storage.open(path('read'), { signal: controller.signal });
          controller.abort();
          const stream = await opening.catch(() => null);
          stream?.on('error', () => {});
        },
        async () => {
          (await suite.storage.open(path('read'))).destroy();
        },
        async () => {
          const stream = await suite.storage.open(path('read'));
          await once(stream, 'readable');
          stream.read(10);
          stream.destroy(new Error('the client went away'));
        },
      ];
      const before = countDescriptors();
      await mapWithLimit(Array.from({ length: 300 }), parallel, async () => {
        const way = ways.shift();
        if (!way) return;
        ways.push(way);
        await way();
      });
      await expect.poll(countDescriptors, { timeout: 10_000 }).toBeLessThanOrEqual(before + parallel);
      expect(sha256(await readAll(await suite.storage.open(path('read'))))).toBe(sha256(bytes));
    });
  });
}

/** Descriptors of this process, sockets included. */
function countDescriptors(): number {
  return readdirSync(existsSync('/proc/self/fd') ? '/proc/self/fd' : '/dev/fd').length;
}
