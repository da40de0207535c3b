import { describe, expect, it } from 'vitest';
import type { AttachmentAccess } from '#entities/support-chat/_domain/attachment-access.ts';
import { AccessRecorder } from './access-recorder.ts';

function recorderWith(add: (entries: readonly AttachmentAccess[]) => Promise<void>) {
  const clock = { now: new Date('2026-01-01T12:00:00Z') };
  const warnings: unknown[] = [];
  const log = { warn: (fields: unknown) => void warnings.push(fields) };
  const recorder = new AccessRecorder({ record: { add }, log, flushMs: 60_000, now: () => clock.now });
  const later = (minutes: number) => {
    clock.now = new Date(clock.now.getTime() + minutes * 60_000);
  };
  return { recorder, later, warnings };
}

const opening = { attachmentId: 'file', dialogId: 'dialog', userId: 'sofia', download: false };

describe('the record of openings', () => {
  it('counts the ranges of a video once in ten minutes, and a download apart from a view', async () => {
    const written: AttachmentAccess[] = [];
    const { recorder, later } = recorderWith(async (entries) => void written.push(...entries));
    for (let range = 0; range < 5; range++) recorder.note(opening);
    recorder.note({ ...opening, download: true });
    recorder.note({ ...opening, userId: 'anna' });
    later(11);
    recorder.note(opening);
    await recorder.stop();
    expect(written.map(({ userId, action }) => `${userId} ${action}`)).toEqual([
      'sofia view',
      'sofia download',
      'anna view',
      'sofia view',
    ]);
  });

  it('keeps what the database did not take, and writes it when it is back', async () => {
    const written: AttachmentAccess[] = [];
    let isAway = true;
    const { recorder, warnings } = recorderWith(async (entries) => {
      if (isAway) throw new Error('away');
      written.push(...entries);
    });
    recorder.note(opening);
    await recorder.flush();
    expect([written.length, warnings.length]).toEqual([0, 1]);
    isAway = false;
    await recorder.stop();
    expect(written).toHaveLength(1);
  });

  it('is bounded: what does not fit is dropped and the number is logged', async () => {
    let written = 0;
    const { recorder, warnings } = recorderWith(async (entries) => {
      written += entries.length;
    });
    for (let i = 0; i < 10_050; i++) recorder.note({ ...opening, attachmentId: `file ${i}` });
    await recorder.stop();
    expect(written).toBe(10_000);
    expect(warnings).toEqual([{ lost: 50 }]);
  });
});
