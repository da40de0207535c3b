import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasFfmpeg, makeAudio, makeWav } from '#tests/fixtures/media/make-media.ts';
import { type SentFile, sendFile } from '#tests/support/scene.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';
import type { BidiResponse } from './support/bidi.ts';
import { type Firefox, type FirefoxPage, firefoxAbsence, launchFirefox } from './support/firefox.ts';
import { makeLongVideo, type VideoForm, videoMimeTypes, videoSeconds } from './support/long-video.ts';

const title = 'recordings in Firefox';
const needsFfmpeg = test.skipIf(!(await hasFfmpeg()));
const forms: readonly VideoForm[] = ['mp4', 'mp4 with its index at the end', 'mov', 'webm'];

describe.skipIf(firefoxAbsence !== null)(firefoxAbsence === null ? title : `${title} (${firefoxAbsence})`, () => {
  let server: TestServer;
  let firefox: Firefox | undefined;
  const open: FirefoxPage[] = [];
  beforeAll(async () => {
    server = await startTestServer({ pages: true });
    firefox = await launchFirefox();
  });
  // Each tab listens to events over a connection of its own, and HTTP/1.1 gives a browser six.
  afterEach(() => Promise.all(open.splice(0).map((page) => page.close())));
  afterAll(async () => {
    await firefox?.close();
    await server.close();
  });

  /** The staff page with the conversation in which that file was sent. */
  async function openConversation({ dialogId }: SentFile): Promise<FirefoxPage> {
    if (!firefox) throw new Error('Firefox is there inside tests only.');
    const page = await firefox.open(await server.as('sofia'));
    open.push(page);
    await page.goto(`${server.url}/admin/support-chat?dialog=${dialogId}`);
    return page;
  }

  needsFfmpeg.each(forms)('%s plays and seeks to its end by ranges', async (form) => {
    const bytes = await makeLongVideo(form);
    const file = { bytes, name: `long.${form.slice(0, 4).trim()}`, type: videoMimeTypes[form] };
    const sent = await sendFile(await server.as('anna'), file);
    const page = await openConversation(sent);
    await press(page, 'Play video');
    await hasPlayed(page, 'video', 0.2);
    await seek(page, 'video', videoSeconds - 2);
    await hasPlayed(page, 'video', videoSeconds - 1.5);
    expectRanges(page, sent, bytes.length);
    // The seek asked for the part it needs instead of reading up to it.
    expect(answersFor(page, sent).some((answer) => startOf(answer) > bytes.length / 2)).toBe(true);
  });

  needsFfmpeg.each(['mp3', 'm4a', 'ogg', 'flac'] as const)('%s plays from its last seconds', async (extension) => {
    await playsFromTheEnd(await makeAudio(extension, 20), `memo.${extension}`);
  });

  test('wav plays from its last seconds', async () => {
    await playsFromTheEnd(makeWav(20), 'memo.wav');
  });

  async function playsFromTheEnd(bytes: Buffer, name: string) {
    const sent = await sendFile(await server.as('anna'), { bytes, name });
    const page = await openConversation(sent);
    await press(page, 'Play audio');
    await hasPlayed(page, 'audio', 0.1);
    await seek(page, 'audio', 15);
    await hasPlayed(page, 'audio', 15.5);
    expectRanges(page, sent, bytes.length);
  }
});

const answersFor = (page: FirefoxPage, { path }: SentFile): BidiResponse[] =>
  page.answers.filter(({ url }) => url.includes(path));

/** Every request for the file named a range and got that part. */
function expectRanges(page: FirefoxPage, sent: SentFile, sizeBytes: number): void {
  const answers = answersFor(page, sent);
  expect(answers.length).toBeGreaterThan(0);
  for (const { status, requestHeaders, headers } of answers) {
    expect(requestHeaders.range).toMatch(/^bytes=\d+-/);
    expect(status).toBe(206);
    expect(headers['content-range']).toMatch(new RegExp(`^bytes \\d+-\\d+/${sizeBytes}$`));
  }
}

/** The first byte of an answer. */
function startOf({ headers }: BidiResponse): number {
  return Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1] ?? Number.NaN);
}

/** Waits for the button whose name begins so. */
function press(page: FirefoxPage, name: string): Promise<void> {
  return page.evaluate(async (label) => {
    const deadline = Date.now() + 20_000;
    let button = document.querySelector<HTMLElement>(`button[aria-label^="${label}"]`);
    while (!button && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      button = document.querySelector<HTMLElement>(`button[aria-label^="${label}"]`);
    }
    if (!button) throw new Error(`no button ${label}`);
    // Firefox plays no sound where there is no sound card, and then not the rest either.
    for (const media of document.querySelectorAll<HTMLMediaElement>('audio, video')) media.muted = true;
    button.click();
  }, name);
}

function seek(page: FirefoxPage, element: 'video' | 'audio', seconds: number): Promise<void> {
  return page.evaluate(
    ({ element, seconds }) => {
      const media = document.querySelector(element);
      if (media) media.currentTime = seconds;
    },
    { element, seconds },
  );
}

/** Resolves once the recording plays beyond this position. */
function hasPlayed(page: FirefoxPage, element: 'video' | 'audio', seconds: number): Promise<void> {
  return page.evaluate(
    async ({ element, seconds }) => {
      const deadline = Date.now() + 25_000;
      for (;;) {
        const media = document.querySelector(element);
        if (media?.error) throw new Error(`cannot be played: ${media.error.message}`);
        if (media && media.currentTime > seconds && !media.seeking) return;
        if (Date.now() > deadline) {
          throw new Error(`stands at ${media?.currentTime} of ${media?.duration}, ready ${media?.readyState}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    { element, seconds },
  );
}
