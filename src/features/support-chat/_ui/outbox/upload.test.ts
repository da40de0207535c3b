import { describe, expect, it } from 'vitest';
import { exampleStaged, exampleUpload } from '#tests/support/chat-examples.ts';
import {
  canRetry,
  failUpload,
  maxAutomaticTries,
  restartUpload,
  retryUpload,
  summariseUploads,
  type Upload,
} from './upload.ts';
import { createSpeedMeter } from './upload-speed.ts';

const uploading = (change: Partial<Upload> = {}) => exampleUpload({ id: 'u', status: 'uploading', ...change });
const network = { problem: 'NETWORK', retryAfterMs: null } as const;

describe('an upload that fails', () => {
  it('pauses longer each time, and exactly as long as the server asks', () => {
    const once = failUpload(uploading(), network, 1_000);
    expect(once).toMatchObject({ status: 'waiting', retryAt: 2_000 });
    expect(failUpload({ ...once, status: 'uploading' }, network, 1_000).retryAt).toBe(3_000);
    expect(failUpload(uploading(), { problem: 'RATE_LIMITED', retryAfterMs: 7_000 }, 1_000).retryAt).toBe(8_000);
  });

  it('is left to the person after enough automatic tries, and their word starts the count anew', () => {
    const tired = failUpload(uploading({ tries: maxAutomaticTries }), network, 0);
    expect(tired.status).toBe('failed');
    expect(retryUpload(tired)).toMatchObject({ status: 'queued', tries: 0, problem: null });
  });

  it('shows what the server keeps of it', () => {
    const broken = uploading({ tries: maxAutomaticTries, storedBytes: 40, sentBytes: 60 });
    expect(failUpload(broken, network, 0)).toMatchObject({ status: 'failed', sentBytes: 40 });
  });

  it('is never repeated when the server refuses the file for what it is', () => {
    const refused = failUpload(uploading(), { problem: 'ATTACHMENT_TOO_LARGE', retryAfterMs: null }, 0);
    expect([refused.status, canRetry(refused)]).toEqual(['failed', false]);
    expect(canRetry(failUpload(uploading(), network, 0))).toBe(true);
  });
});

it('an upload that starts over knows nothing of its former journey', () => {
  const arrived = exampleUpload({ id: 'u', status: 'staged', attachment: exampleStaged(), resumeUrl: '/tus/1' });
  expect(restartUpload(arrived)).toMatchObject({ status: 'queued', attachment: null, resumeUrl: null, sentBytes: 0 });
});

it('files of a message are summed up by their state', () => {
  const list = (['staged', 'waiting', 'failed'] as const).map((status) => exampleUpload({ id: status, status }));
  expect(summariseUploads(list)).toEqual({ total: 3, staged: 1, failed: 1, waiting: 1 });
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
