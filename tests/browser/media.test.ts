import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { hasFfmpeg, makeAudio, makeWav } from '#tests/fixtures/media/make-media.ts';
import { sendFile } from '#tests/support/scene.ts';
import { openAsStaff } from './support/chat-page.ts';
import { makeLongVideo, type VideoForm, videoMimeTypes, videoSeconds } from './support/long-video.ts';
import { describeInBrowser, useStage } from './support/stage.ts';
import { type WireResponse, watchTraffic } from './support/traffic.ts';

const hasFfmpegHere = await hasFfmpeg();
const forms: readonly VideoForm[] = ['mp4', 'mp4 with its index at the end', 'mov', 'webm'];

describeInBrowser('recordings in the conversation', () => {
  const stage = useStage();
  const needsFfmpeg = test.skipIf(!hasFfmpegHere);

  needsFfmpeg.each(forms)('%s plays and seeks to its end by ranges', async (form) => {
    const bytes = await makeLongVideo(form);
    const file = { bytes, name: `long.${form.slice(0, 4).trim()}`, type: videoMimeTypes[form] };
    const { dialogId, path } = await sendFile(await stage.server.as('anna'), file);
    const page = await stage.open('sofia');
    const traffic = await watchTraffic(page);
    await openAsStaff(page, dialogId);

    await page.getByRole('button', { name: /^Play video/ }).click();
    const video = page.locator('video');
    await hasPlayed(video, 0.2);
    traffic.forget();
    await seek(video, videoSeconds - 2);
    await hasPlayed(video, videoSeconds - 1.5);

    // The seek asks for the part it needs instead of reading up to it; 304 confirms a part read before.
    const isLate = (answer: WireResponse) => answer.status === 206 && startOf(answer) > bytes.length / 2;
    await expect.poll(() => traffic.of(path).filter(isLate).length).toBeGreaterThan(0);
    for (const { status, headers } of traffic.of(path)) {
      expect([206, 304]).toContain(status);
      if (status === 206) expect(headers['content-range']).toMatch(new RegExp(`^bytes \\d+-\\d+/${bytes.length}$`));
    }
  });

  needsFfmpeg.each(['mp3', 'm4a', 'ogg', 'flac'] as const)(
    '%s plays from where the reader points',
    async (extension) => {
      const bytes = await makeAudio(extension, 20);
      await playsFromTheMiddle(bytes, `memo.${extension}`);
    },
  );

  test('wav plays from where the reader points', async () => {
    await playsFromTheMiddle(makeWav(20), 'memo.wav');
  });

  async function playsFromTheMiddle(bytes: Buffer, name: string) {
    const { dialogId, path } = await sendFile(await stage.server.as('anna'), { bytes, name });
    const page = await stage.open('sofia');
    const traffic = await watchTraffic(page);
    await openAsStaff(page, dialogId);
    await page.getByRole('button', { name: /^Play audio/ }).click();
    const audio = page.locator('audio');
    await hasPlayed(audio, 0.1);
    const slider = page.getByRole('slider', { name: 'Playback position' });
    const box = await slider.boundingBox();
    await slider.click({ position: { x: (box?.width ?? 0) * 0.8, y: (box?.height ?? 0) / 2 } });
    await hasPlayed(audio, 15);
    await page.getByRole('button', { name: /^Pause audio/ }).click();
    await expect.poll(() => traffic.statusesOf(path)).toContain(206);
  }
});

/** The first byte of an answer. */
function startOf({ headers }: WireResponse): number {
  return Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1] ?? Number.NaN);
}

function seek(media: Locator, seconds: number): Promise<void> {
  return media.evaluate((element, to) => {
    if (element instanceof HTMLMediaElement) element.currentTime = to;
  }, seconds);
}

/** Resolves once the recording plays beyond this position. */
function hasPlayed(media: Locator, seconds: number): Promise<void> {
  return media.evaluate(
    (element, beyond) =>
      new Promise<void>((resolve, reject) => {
        if (!(element instanceof HTMLMediaElement)) return reject(new Error('not a recording'));
        const look = () => {
          if (element.error) reject(new Error(`cannot be played: ${element.error.message}`));
          else if (element.currentTime > beyond && !element.paused && !element.seeking) resolve();
          else requestAnimationFrame(look);
        };
        look();
      }),
    seconds,
  );
}
