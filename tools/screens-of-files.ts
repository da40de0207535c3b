import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { attach, blackOut, openPdf, openRecordOfOpenings, searchInPdf } from '#tests/browser/support/acts.ts';
import { slowDown } from '#tests/browser/support/composer-page.ts';
import { makePhotoJpeg } from '#tests/fixtures/media/make-media.ts';
import type { AttachmentDto } from '../src/features/support-chat/_api/dto/chat-dto.ts';
import { message, modal, type Screen } from './screen.ts';

const uploads = '**/api/support-chat/uploads';
const messages = '**/api/trpc/supportChat.userGetMessages*';
/** Scrolls back until it is there: of a long conversation only what is near the screen is drawn. */
async function bring(page: Page, target: Locator): Promise<void> {
  await page.locator(message).first().waitFor();
  const list = page.locator('section[tabindex="0"]').first();
  for (let tries = 0; tries < 20 && !(await target.first().isVisible()); tries += 1) {
    await list.evaluate((element) => element.scrollBy(0, -300));
    await page.waitForTimeout(100);
  }
  await target.first().scrollIntoViewIfNeeded();
}

/** Gives the files of a conversation another state than they have. */
const answerWith = (change: (file: AttachmentDto) => Partial<AttachmentDto>) => (page: Page) =>
  page.route(messages, async (route) => {
    const response = await route.fetch();
    const body: { result: { data: { items: { attachments: AttachmentDto[] }[] } } } = await response.json();
    for (const { attachments } of body.result.data.items) {
      for (const file of attachments) Object.assign(file, change(file));
    }
    await route.fulfill({ response, json: body });
  });
const notYet = (file: AttachmentDto): Partial<AttachmentDto> =>
  file.kind === 'image' || file.kind === 'video'
    ? { thumbnailUrl: null, previewUrl: null, previewState: 'pending', sizeBytes: 4_600_000 }
    : {};
const lost = (file: AttachmentDto): Partial<AttachmentDto> => (file.kind === 'text' ? { lost: true } : {});

const photo = async (name: string) => ({ name, mimeType: 'image/jpeg', buffer: await makePhotoJpeg() });
/** With much after its end, so that it takes its time. */
const film = {
  name: 'unpacking the parcel.mp4',
  mimeType: 'video/mp4',
  buffer: Buffer.concat([
    await readFile(new URL('../prisma/demo-assets/clip.mp4', import.meta.url)),
    Buffer.alloc(4_400_000),
  ]),
};
/** Bytes a second. */
const slowLine = 150_000;
const table = { name: 'orders-2026.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b\n1;2\n') };

async function attachPhotoWithPlace(page: Page): Promise<void> {
  await attach(await photo('дома на столе.jpg'))(page);
  await page.locator('svg.lucide-map-pin-off').waitFor();
}

/** One on its way with its speed, one that the server did not take, one photo that says where it was taken. */
async function attachOnSlowLine(page: Page): Promise<void> {
  await page.route(uploads, (route) =>
    route.request().postDataBuffer()?.includes(table.name) ? route.fulfill({ status: 500 }) : route.continue(),
  );
  await attachPhotoWithPlace(page);
  await attach(table)(page);
  await page.locator('svg.lucide-rotate-cw').first().waitFor();
  await slowDown(page, slowLine);
  await attach(film)(page);
  await page
    .getByText(/(MB|МБ)\/(s|с)|(kB|кБ|KB|КБ)\/(s|с)/i)
    .first()
    .waitFor();
}

async function sendOnSlowLine(page: Page): Promise<void> {
  await slowDown(page, slowLine);
  await attach(await photo('label.jpg'), film)(page);
  await page.locator('textarea').first().fill('Here is the label, and how I opened it.');
  // On a phone Enter begins a line.
  await page.locator('button:has(svg.lucide-arrow-up)').click();
  await page.waitForTimeout(2_500);
}

const inShowcase = {
  path: ({ showcaseId }: { showcaseId: string }) => `/support-chat?dialog=${showcaseId}`,
  ready: message,
};
const inAnnas = {
  path: ({ annaConversationId }: { annaConversationId: string }) => `/support-chat?dialog=${annaConversationId}`,
  ready: message,
};
const albumTiles = (page: Page) => page.locator(`${message} button:has(img)`);

export const screensOfFiles: readonly Screen[] = [
  { name: 'album', as: 'boris', ...inShowcase, act: (page) => bring(page, albumTiles(page)) },
  { name: 'files-in-conversation', as: 'boris', ...inShowcase },
  {
    name: 'preview-coming',
    as: 'boris',
    ...inShowcase,
    before: answerWith(notYet),
    act: (page) => bring(page, page.locator(`${message} button span.rounded-full`)),
  },
  { name: 'file-lost', as: 'boris', ...inShowcase, before: answerWith(lost) },
  {
    name: 'recording-plays',
    as: 'boris',
    ...inShowcase,
    async act(page) {
      const play = page.locator(`${message}:has(audio) button`).first();
      await bring(page, play);
      await page.locator(`${message} audio`).evaluate((audio: HTMLAudioElement) => {
        audio.currentTime = 6;
      });
      await play.click();
      await page.waitForTimeout(1_200);
    },
  },
  {
    name: 'video-plays',
    as: 'boris',
    ...inShowcase,
    async act(page) {
      const play = page.locator(`${message}:has(video):not(:has(img)) button`).first();
      await bring(page, play);
      await play.click();
      await page.waitForTimeout(1_500);
    },
  },
  {
    name: 'viewer-video',
    as: 'boris',
    ...inShowcase,
    async act(page) {
      await bring(page, albumTiles(page));
      await page.locator(`${message}:has(img):has(video) button:has(svg.lucide-play)`).first().click();
      await page.locator(`${modal} video`).waitFor();
      await page.waitForTimeout(1_500);
    },
  },
  {
    name: 'viewer-pdf-enlarged',
    as: 'anna',
    ...inAnnas,
    async act(page) {
      await openPdf(page);
      await page.keyboard.press('+');
      await page.keyboard.press('+');
    },
  },
  {
    name: 'viewer-pdf-search',
    as: 'anna',
    ...inAnnas,
    act: searchInPdf('northlight'),
  },
  {
    name: 'record-of-openings-by-admin',
    as: 'admin',
    path: ({ annaConversationId }) => `/admin/support-chat?dialog=${annaConversationId}`,
    ready: `${message} button img`,
    act: openRecordOfOpenings,
  },
  { name: 'brush', as: 'anna', ...inAnnas, act: async (page) => blackOut(await photo('card.jpg'))(page) },
  { name: 'photo-with-place', as: 'anna', ...inAnnas, act: attachPhotoWithPlace },
  { name: 'files-on-slow-line', as: 'anna', ...inAnnas, act: attachOnSlowLine },
  { name: 'message-on-slow-line', as: 'anna', ...inAnnas, act: sendOnSlowLine },
  {
    name: 'typing',
    as: 'anna',
    ...inAnnas,
    async act(page, { as, annaConversationId }) {
      await page.locator('textarea').first().waitFor();
      // The stream of events may open after the page is drawn.
      await page.waitForTimeout(1_000);
      await (await as('sofia')).mutate('supportChat.typing', { dialogId: annaConversationId });
      await page.locator('.animate-pulse-quiet').first().waitFor();
    },
  },
  {
    name: 'reconnecting',
    path: '/admin/support-chat',
    as: 'sofia',
    ready: '[data-dialog-row]',
    before: (page) => page.route('**/api/support-chat/events*', (route) => route.abort()),
    act: (page) => page.locator('h1 ~ * [role="status"] svg, [role="status"] svg').first().waitFor({ timeout: 20_000 }),
  },
];
