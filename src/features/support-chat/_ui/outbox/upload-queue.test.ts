import { describe, expect, it } from 'vitest';
import { exampleStaged, exampleUpload } from '#tests/support/chat-examples.ts';
import {
  canRetry,
  findNextRetryAt,
  findStartable,
  maxAutomaticTries,
  maxParallelUploads,
  reduceUploads,
  summariseUploads,
  type Upload,
  type UploadEvent,
} from './upload-queue.ts';
import { createSpeedMeter } from './upload-speed.ts';

const upload = (id: string, change: Partial<Upload> = {}) => exampleUpload({ id, ...change });

const attachment = exampleStaged();

function run(start: Upload, ...events: UploadEvent[]): Upload {
  const [result] = events.reduce<readonly Upload[]>(reduceUploads, [start]);
  if (!result) throw new Error('the upload is gone');
  return result;
}

const failed = (problem: 'NETWORK' | 'ATTACHMENT_TOO_LARGE' | 'RATE_LIMITED', retryAfterMs: number | null = null) =>
  ({ type: 'failed', id: 'a', problem, retryAfterMs, now: 1_000 }) as const;
const started = { type: 'started', id: 'a' } as const;

describe('upload queue', () => {
  it('starts files in order and only a few at once', () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((id) => upload(id));
    expect(findStartable(all, 0).map((u) => u.id)).toEqual(['a', 'b', 'c'].slice(0, maxParallelUploads));
    const running = reduceUploads(all, { type: 'started', id: 'a' });
    expect(findStartable(running, 0)).toHaveLength(maxParallelUploads - 1);
  });

  it('keeps a picture on the device until its message is sent', () => {
    const held = upload('a', { status: 'held' });
    expect(findStartable([held], 0)).toEqual([]);
    const released = run(held, { type: 'released', id: 'a' });
    expect(findStartable([released], 0)).toEqual([released]);
    expect(run(released, started, { type: 'released', id: 'a' }).status).toBe('uploading');
  });

  it('goes from queued over uploading to staged', () => {
    const done = run(upload('a'), started, { type: 'staged', id: 'a', attachment });
    expect(done).toMatchObject({ status: 'staged', sentBytes: 100, attachment: { id: 'att' } });
  });

  it('tries again by itself after the network broke, each time later', () => {
    const once = run(upload('a'), started, failed('NETWORK'));
    const twice = run(once, started, failed('NETWORK'));
    expect(once).toMatchObject({ status: 'waiting', retryAt: 2_000 });
    expect(twice.retryAt).toBe(3_000);
    expect(findStartable([once], 1_999)).toEqual([]);
    expect(findStartable([once], 2_000)).toEqual([once]);
    expect(findNextRetryAt([once, twice])).toBe(2_000);
  });

  it('waits exactly as long as the server asked', () => {
    expect(run(upload('a'), started, failed('RATE_LIMITED', 7_000)).retryAt).toBe(8_000);
  });

  it('leaves it to the person after enough automatic tries, and their word starts the count anew', () => {
    const tired = run(upload('a', { tries: maxAutomaticTries }), started, failed('NETWORK'));
    expect(tired.status).toBe('failed');
    expect(run(tired, { type: 'retried', id: 'a' })).toMatchObject({ status: 'queued', tries: 0, problem: null });
  });

  it('does not count tries that brought the file further', () => {
    const stored = (storedBytes: number) => ({ type: 'stored', id: 'a', storedBytes }) as const;
    const tired = upload('a', { tries: maxAutomaticTries, storedBytes: 40 });
    expect(run(tired, started, stored(40), failed('NETWORK')).status).toBe('failed');
    const further = run(tired, started, stored(41), failed('NETWORK'));
    expect(further).toMatchObject({ status: 'waiting', tries: 1, storedBytes: 41 });
  });

  it('shows of a failed file what the server keeps of it', () => {
    const broken = upload('a', { tries: maxAutomaticTries, storedBytes: 40, sentBytes: 60 });
    expect(run(broken, started, failed('NETWORK'))).toMatchObject({ status: 'failed', sentBytes: 40 });
  });

  it('never repeats a file the server refuses for what it is', () => {
    const refused = run(upload('a'), started, failed('ATTACHMENT_TOO_LARGE'));
    expect(refused.status).toBe('failed');
    expect(canRetry(refused)).toBe(false);
    expect(canRetry(run(upload('a'), started, failed('NETWORK')))).toBe(true);
  });

  it('ignores late news of a file that was removed or already arrived', () => {
    expect(reduceUploads([], started)).toEqual([]);
    const done = run(upload('a'), started, { type: 'staged', id: 'a', attachment }, failed('NETWORK'));
    expect(done.status).toBe('staged');
  });

  it('sums up progress over bytes, not over files', () => {
    const list = [
      upload('a', { sizeBytes: 300, sentBytes: 300, status: 'staged' }),
      upload('b', { status: 'waiting' }),
    ];
    expect(summariseUploads(list)).toEqual({ total: 2, staged: 1, failed: 0, waiting: 1, share: 0.75 });
  });
});

describe('upload speed', () => {
  it('reports the steady rate whatever the rhythm of the events', () => {
    const meter = createSpeedMeter(0);
    let speed: number | null = null;
    for (let ms = 250; ms <= 10_000; ms += 250) speed = meter.observe(ms * 100, ms);
    expect(speed).toBeCloseTo(100_000);
  });

  it('says nothing before it has measured', () => {
    expect(createSpeedMeter(0).observe(10, 50)).toBeNull();
  });
});

describe('an upload whose conversation exists now', () => {
  const moved = (change: Parameters<typeof exampleUpload>[0], isDraftGone: boolean) =>
    reduceUploads([exampleUpload(change)], { type: 'moved', id: change.id, dialogId: 'new', isDraftGone })[0];

  it('goes on where its draft became that conversation', () => {
    const running = { id: 'u', dialogId: null, status: 'uploading', sentBytes: 50 } as const;
    expect(moved(running, false)).toMatchObject({ dialogId: 'new', status: 'uploading', sentBytes: 50 });
  });

  it('travels anew where it did not', () => {
    const fresh = { dialogId: 'new', status: 'queued', sentBytes: 0, attachment: null };
    expect(moved({ id: 'u', dialogId: null, status: 'uploading', sentBytes: 50 }, true)).toMatchObject(fresh);
    expect(moved({ id: 'u', dialogId: null, status: 'staged', attachment: exampleStaged() }, true)).toMatchObject(
      fresh,
    );
    expect(moved({ id: 'u', dialogId: null, status: 'held' }, true)).toMatchObject({ dialogId: 'new', status: 'held' });
  });
});
