import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { S3Storage } from '#shared/lib/file-storage/_providers/minio.ts';
import { StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import type { S3StorageSettings } from '#shared/lib/file-storage/storage-settings.ts';
import { type Gateway, gatewayAbsence, openGateway } from './ceph-gateway.ts';
import { MIB, mebibytes, readAll, sha256, someBytes, streamOf } from './test-bytes.ts';

const TIMEOUT_MS = 2_000;
/** Of a machine that does much else. */
const SLACK_MS = 500;
const absence = gatewayAbsence ? ` (left out: ${gatewayAbsence})` : '';

describe.runIf(gatewayAbsence === null)(`S3 that freezes, stops and returns${absence}`, () => {
  const bytes = someBytes(20 * MIB);
  let gateway: Gateway;
  let settings: S3StorageSettings;
  let storage: S3Storage;

  beforeAll(async () => {
    gateway = await openGateway();
    settings = await gateway.createBucket();
    storage = new S3Storage(settings, TIMEOUT_MS);
    await storage.put('support-chat/u/1', streamOf(bytes));
  });
  afterEach(() => gateway.thaw());
  afterAll(async () => {
    await storage.close();
    await gateway.release();
  });

  /** The error of an operation that has to fail within the storage's time. */
  const failInTime = async (operation: Promise<unknown>): Promise<unknown> => {
    const before = performance.now();
    const outcome = await operation.then(
      () => 'it succeeded',
      (error: unknown) => error,
    );
    expect(performance.now() - before).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    return outcome;
  };
  /** Files deliver again by themselves, as soon as the server has caught up. */
  const expectRecovery = async () => {
    const read = async () => sha256(await readAll(await storage.open('support-chat/u/1')));
    await expect.poll(() => read().catch(() => 'unavailable'), { timeout: 20_000, interval: 200 }).toBe(sha256(bytes));
  };
  /** Requests that waited in the sockets of the frozen server are carried out late: an upload it began may be left. */
  const expectNoObjectAt = async (path: string) => {
    await expect
      .poll(() => storage.stat(path).catch(() => 'unavailable'), { timeout: 20_000, interval: 500 })
      .toBeNull();
    await sleep(1_000);
    expect(await storage.stat(path)).toBeNull();
  };

  it.each([
    ['open', () => storage.open('support-chat/u/1')],
    ['stat', () => storage.stat('support-chat/u/1')],
    ['list', () => storage.list({ prefix: '' })],
    ['delete', () => storage.delete('support-chat/u/none')],
    ['copy', () => storage.copy('support-chat/u/1', 'support-chat/u/copied')],
    ['check', () => storage.check()],
    ['put', () => storage.put('support-chat/u/frozen', streamOf(someBytes(100)))],
    ['a large put', () => storage.put('support-chat/u/frozen', streamOf(someBytes(6 * MIB)))],
  ])('frozen: %s is unavailable in time, and works again after the thaw', async (_name, operation) => {
    await gateway.freeze();
    expect(await failInTime(operation())).toMatchObject({ name: 'StorageUnavailableError', reason: 'timeout' });
    await gateway.thaw();
    await expectRecovery();
  });

  it('frozen: many reads at once fail in time, and leave no queue behind', async () => {
    await gateway.freeze();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => failInTime(storage.open('support-chat/u/1'))));
    for (const outcome of outcomes) expect(outcome).toBeInstanceOf(StorageUnavailableError);
    await gateway.thaw();
    await expectRecovery();
  });

  it('frozen: more uploads than may be on their way at once all fail in time', async () => {
    await gateway.freeze();
    const puts = Array.from({ length: 25 }, (_, index) => storage.put(`many/${index}`, streamOf(someBytes(1_000))));
    for (const outcome of await Promise.all(puts.map(failInTime)))
      expect(outcome).toBeInstanceOf(StorageUnavailableError);
    await gateway.thaw();
    await expectRecovery();
  });

  it('frozen in the middle of a read: the stream ends with an error in time', async () => {
    const stream = await storage.open('support-chat/u/1');
    await once(stream, 'readable');
    await gateway.freeze();
    expect(await failInTime(readAll(stream))).toBeInstanceOf(StorageUnavailableError);
  });

  it('a reader that pauses for longer than the time is not taken for a silent storage', async () => {
    const stream = await storage.open('support-chat/u/1');
    await once(stream, 'readable');
    await sleep(TIMEOUT_MS + 1_000);
    expect(sha256(await readAll(stream))).toBe(sha256(bytes));
  });

  it('frozen in the middle of an upload: it fails in time and leaves no object, also after the thaw', async () => {
    let frozenAt = 0;
    const body = mebibytes(11, async () => {
      await gateway.freeze();
      frozenAt = performance.now();
    });
    await expect(storage.put('support-chat/u/cut', body)).rejects.toThrow(StorageUnavailableError);
    expect(performance.now() - frozenAt).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    await gateway.thaw();
    await expectNoObjectAt('support-chat/u/cut');
  });

  it('frozen in the middle of an upload that is tried again at the same path: the second one stays', async () => {
    const path = 'support-chat/u/again';
    await expect(
      storage.put(
        path,
        mebibytes(11, () => gateway.freeze()),
      ),
    ).rejects.toThrow(StorageUnavailableError);
    await gateway.thaw();
    const again = () => storage.put(path, streamOf(someBytes(6 * MIB))).catch(() => null);
    await expect.poll(again, { timeout: 20_000, interval: 200 }).toEqual({ sizeBytes: 6 * MIB });
    expect(await storage.stat(path)).toMatchObject({ sizeBytes: 6 * MIB });
  });

  it('frozen while the sender is silent: the upload waits for its sender, not for the storage', async () => {
    const body = mebibytes(6, async () => {
      await sleep(TIMEOUT_MS + 500);
    });
    expect(await storage.put('support-chat/u/slow', body)).toEqual({ sizeBytes: 6 * MIB });
  });

  it('stopped: everything is unavailable at once, and works by itself when it is back', async () => {
    const stream = await storage.open('support-chat/u/1');
    await once(stream, 'readable');
    await gateway.stop();
    expect(await failInTime(readAll(stream))).toMatchObject({ reason: 'unreachable' });
    expect(await failInTime(storage.open('support-chat/u/1'))).toBeInstanceOf(StorageUnavailableError);
    const put = storage.put('support-chat/u/stopped', streamOf(someBytes(12 * MIB)));
    expect(await failInTime(put)).toBeInstanceOf(StorageUnavailableError);
    const { failed } = await storage.deleteMany(['support-chat/u/1', 'support-chat/u/2']);
    expect(failed.map(({ path }) => path)).toEqual(['support-chat/u/1', 'support-chat/u/2']);
    await gateway.start();
    await expectRecovery();
    await expectNoObjectAt('support-chat/u/stopped');
  });
});
