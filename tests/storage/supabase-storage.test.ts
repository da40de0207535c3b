import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SupabaseStorage } from '#shared/lib/file-storage/_providers/supabase.ts';
import { StorageObjectMissingError, StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import type { SupabaseStorageSettings } from '#shared/lib/file-storage/storage-settings.ts';
import { describeStorageContract } from './contract-suite.ts';
import { openSupabaseServer, type SupabaseServer } from './supabase-server.ts';
import { MIB, mebibytes, readAll, sha256, someBytes, streamOf } from './test-bytes.ts';

const { SUPABASE_TEST_URL, SUPABASE_TEST_KEY, SUPABASE_TEST_BUCKET } = process.env;
const real =
  SUPABASE_TEST_URL && SUPABASE_TEST_KEY
    ? { url: SUPABASE_TEST_URL, serviceRoleKey: SUPABASE_TEST_KEY, bucket: SUPABASE_TEST_BUCKET ?? 'attache-test' }
    : null;
const absence = real ? '' : ' (left out: SUPABASE_TEST_URL and SUPABASE_TEST_KEY are not set)';

describe.runIf(real !== null)(`a real Supabase${absence}`, () => {
  describeStorageContract('Supabase', async () => {
    const storage = new SupabaseStorage(real ?? { url: '', serviceRoleKey: '', bucket: '' }, 30_000);
    return { storage, release: () => storage.close() };
  });
});

describe("Supabase's protocol", () => {
  const TIMEOUT_MS = 2_000;
  /** Of a machine that does much else. */
  const SLACK_MS = 500;
  let server: SupabaseServer;
  let storage: SupabaseStorage;
  beforeAll(async () => {
    server = await openSupabaseServer();
    storage = new SupabaseStorage(server.settings, TIMEOUT_MS);
  });
  afterEach(() => server.thaw());
  afterAll(async () => {
    await storage.close();
    await server.release();
  });

  describeStorageContract('Supabase', async () => {
    const storage = new SupabaseStorage(server.settings);
    return { storage, release: () => storage.close() };
  });

  const openAnother = async <Result>(
    change: Partial<SupabaseStorageSettings>,
    use: (storage: SupabaseStorage) => Promise<Result>,
  ): Promise<Result> => {
    const another = new SupabaseStorage({ ...server.settings, ...change }, TIMEOUT_MS);
    try {
      return await use(another);
    } finally {
      await another.close();
    }
  };

  describe('the true code of an error', () => {
    it('tells a missing object from a missing bucket, a wrong address and a refused key', async () => {
      await expect(storage.open('support-chat/u/none')).rejects.toThrow(StorageObjectMissingError);
      for (const change of [{ bucket: 'none' }, { url: `${server.settings.url}/wrong` }, { serviceRoleKey: 'x' }]) {
        await openAnother(change, async (another) => {
          await expect(another.open('support-chat/u/none')).rejects.toThrow(StorageUnavailableError);
          await expect(another.stat('support-chat/u/none')).rejects.toThrow(StorageUnavailableError);
          expect((await another.deleteMany(['support-chat/u/none'])).failed).toHaveLength(1);
        });
      }
    });

    it('never shows the key, the bucket or the address to whoever reads it', async () => {
      const error: unknown = await openAnother({ bucket: 'none' }, (another) => another.open('support-chat/u/x')).catch(
        (reason: unknown) => reason,
      );
      for (const secret of [server.settings.serviceRoleKey, server.settings.url, 'none', 'support-chat/u']) {
        expect(String(error)).not.toContain(secret);
      }
    });
  });

  it('a large upload that is refused early does not spoil the requests after it', async () => {
    await openAnother({ bucket: 'small' }, async (small) => {
      for (let round = 0; round < 5; round++) {
        await expect(small.put('support-chat/u/big', mebibytes(8))).rejects.toThrow(StorageUnavailableError);
        const bytes = someBytes(10_000);
        await small.put('support-chat/u/fits', streamOf(bytes));
        expect(sha256(await readAll(await small.open('support-chat/u/fits')))).toBe(sha256(bytes));
      }
      expect(await small.stat('support-chat/u/big')).toBeNull();
    });
  });

  it('signs addresses that carry a name, take ranges, and expire', async () => {
    const path = "support-chat/u/signed +&='.pdf";
    await storage.put(path, streamOf(Buffer.from('signed bytes')), { contentType: 'application/pdf' });
    const sign = (contentDisposition: string, expiresInSeconds = 60) =>
      storage.offload.signedUrl?.(path, { expiresInSeconds, contentType: 'application/pdf', contentDisposition });
    const named = await fetch((await sign(`attachment; filename="a.pdf"; filename*=UTF-8''%D1%8F%20.pdf`)) ?? '', {
      headers: { range: 'bytes=7-11' },
    });
    expect(named.status).toBe(206);
    expect(await named.text()).toBe('bytes');
    expect(named.headers.get('content-type')).toBe('application/pdf');
    expect(named.headers.get('content-disposition')).toContain(`filename*=UTF-8''%D1%8F%20.pdf`);
    expect(named.headers.get('cache-control')).toContain('private');
    const inline = await fetch((await sign('inline; filename="a.pdf"')) ?? '');
    expect(await inline.text()).toBe('signed bytes');
    expect(inline.headers.get('content-disposition')).toBeNull();
    const short = (await sign('attachment', 1)) ?? '';
    expect((await fetch(short.replace('signed', 'another'))).ok).toBe(false);
    await sleep(1_200);
    expect((await fetch(short)).ok).toBe(false);
    await expect(
      storage.offload.signedUrl?.('support-chat/u/none', {
        expiresInSeconds: 9,
        contentType: '',
        contentDisposition: '',
      }),
    ).rejects.toThrow(StorageObjectMissingError);
  });

  describe('the check at the start', () => {
    const check = (change: Partial<SupabaseStorageSettings>) =>
      openAnother(change, async (another) => {
        const outcome = await another.check().catch((error: unknown) => error);
        return outcome instanceof Error ? outcome.message : outcome;
      });

    it('accepts a private bucket, and leaves nothing in it', async () => {
      await openAnother({ bucket: 'small' }, async (small) => {
        await small.check();
        await small.check();
        expect(await small.list({ prefix: 'support-chat/check' })).toEqual({ objects: [] });
      });
    });

    it.each([
      [{ bucket: 'none' }, /"none" does not exist.*correct SUPABASE_PRIVATE_BUCKET/],
      [{ bucket: 'open' }, /"open" \(SUPABASE_PRIVATE_BUCKET\) is public/],
      [{ serviceRoleKey: 'wrong' }, /refuses the key: set SUPABASE_SERVICE_ROLE_KEY/],
      [{ url: 'http://127.0.0.1:2' }, /nothing answers at SUPABASE_URL/],
      [{ url: 'http://no-such-host.invalid' }, /host of SUPABASE_URL is unknown/],
    ])('says what to fix with %j', async (change, advice) => {
      expect(await check(change)).toMatch(advice);
    });

    it('says what to fix when the address has a path too many', async () => {
      expect(await check({ url: `${server.settings.url}/rest` })).toMatch(/no Supabase storage at SUPABASE_URL/);
    });
  });

  describe('outages', () => {
    const bytes = someBytes(20 * MIB);
    beforeAll(async () => {
      await storage.put('support-chat/u/1', streamOf(bytes));
    });
    const failInTime = async (operation: Promise<unknown>): Promise<unknown> => {
      const before = performance.now();
      const outcome = await operation.then(
        () => 'it succeeded',
        (error: unknown) => error,
      );
      expect(performance.now() - before).toBeLessThan(TIMEOUT_MS + SLACK_MS);
      return outcome;
    };

    it('a gateway that is unavailable for a moment is asked again', async () => {
      await server.failNext(2);
      expect(sha256(await readAll(await storage.open('support-chat/u/1')))).toBe(sha256(bytes));
      await server.failNext(3);
      await expect(storage.stat('support-chat/u/1')).rejects.toThrow(StorageUnavailableError);
    });

    it.each([
      ['open', () => storage.open('support-chat/u/1')],
      ['stat', () => storage.stat('support-chat/u/1')],
      ['list', () => storage.list({ prefix: '' })],
      ['delete', () => storage.delete('support-chat/u/none')],
      ['copy', () => storage.copy('support-chat/u/1', 'support-chat/u/copied')],
      ['check', () => storage.check()],
      ['put', () => storage.put('support-chat/u/frozen', streamOf(someBytes(100)))],
      ['a large put', () => storage.put('support-chat/u/frozen', streamOf(someBytes(16 * MIB)))],
    ])('frozen: %s is unavailable in time, and works again after the thaw', async (_name, operation) => {
      await server.freeze();
      expect(await failInTime(operation())).toMatchObject({ name: 'StorageUnavailableError', reason: 'timeout' });
      server.thaw();
      expect(sha256(await readAll(await storage.open('support-chat/u/1')))).toBe(sha256(bytes));
    });

    it('frozen in the middle of a read: the stream ends with an error in time', async () => {
      const stream = await storage.open('support-chat/u/1');
      await once(stream, 'readable');
      await server.freeze();
      expect(await failInTime(readAll(stream))).toBeInstanceOf(StorageUnavailableError);
    });

    it('a reader that pauses and a sender that pauses are not taken for a silent storage', async () => {
      const stream = await storage.open('support-chat/u/1');
      await once(stream, 'readable');
      const body = mebibytes(2, () => sleep(TIMEOUT_MS + 500));
      expect(await storage.put('support-chat/u/slow', body)).toEqual({ sizeBytes: 2 * MIB });
      expect(sha256(await readAll(stream))).toBe(sha256(bytes));
    });

    it('stopped: everything is unavailable at once, and works by itself when it is back', async () => {
      const stream = await storage.open('support-chat/u/1');
      await once(stream, 'readable');
      await server.stop();
      expect(await failInTime(readAll(stream))).toBeInstanceOf(StorageUnavailableError);
      expect(await failInTime(storage.open('support-chat/u/1'))).toMatchObject({ reason: 'unreachable' });
      expect(await failInTime(storage.put('support-chat/u/2', mebibytes(6)))).toBeInstanceOf(StorageUnavailableError);
      await server.start();
      await storage.put('support-chat/u/3', streamOf(someBytes(10)));
      expect((await storage.stat('support-chat/u/3'))?.sizeBytes).toBe(10);
    });
  });
});
