import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import type { AttachmentDto } from '#features/support-chat/_api/types.ts';
import { makePhotoJpeg } from '#tests/fixtures/media/make-media.ts';
import { slowDown } from '../support/composer-page.ts';
import { attach } from './actions.ts';
import { annasConversation, message, modal, type PageState } from './page-state.ts';
import { changeAttachments } from './replaced-answers.ts';

/** Boris's conversation; its videos, and uploads held up on a slow connection, are never at rest. */
const inShowcase = {
  person: 'boris',
  path: ({ showcaseConversationId }: { showcaseConversationId?: string }) =>
    `/support-chat?dialog=${showcaseConversationId}`,
  ready: message,
  isUnsettled: true,
} as const;
const inAnnas = {
  person: 'anna',
  path: annasConversation('/support-chat'),
  ready: message,
  isUnsettled: true,
} as const;

const albumTiles = (page: Page) => page.locator(`${message} button:has(img)`);

/** Scrolls back to an element: of a long conversation only what is near the screen is rendered. */
async function scrollBackTo(page: Page, target: Locator): Promise<void> {
  await page.locator(message).first().waitFor();
  const list = page.locator('section[tabindex="0"]').first();
  for (let tries = 0; tries < 20 && !(await target.first().isVisible()); tries += 1) {
    await list.evaluate((element) => element.scrollBy(0, -300));
    await page.waitForTimeout(100);
  }
  await target.first().scrollIntoViewIfNeeded();
}

const withPendingPreview = (file: AttachmentDto): Partial<AttachmentDto> =>
  file.kind === 'image' || file.kind === 'video'
    ? { thumbnailUrl: null, previewUrl: null, previewState: 'pending', sizeBytes: 4_600_000 }
    : {};
const withLostText = (file: AttachmentDto): Partial<AttachmentDto> => (file.kind === 'text' ? { lost: true } : {});

const photo = async (name: string) => ({ name, mimeType: 'image/jpeg', buffer: await makePhotoJpeg() });
/** Padded behind its end, so that the upload takes long enough to be seen. */
const video = {
  name: 'unpacking the parcel.mp4',
  mimeType: 'video/mp4',
  buffer: Buffer.concat([
    await readFile(new URL('../../../prisma/demo-assets/clip.mp4', import.meta.url)),
    Buffer.alloc(4_400_000),
  ]),
};
const slowBytesPerSecond = 150_000;
const table = { name: 'orders-2026.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b\n1;2\n') };

async function attachPhotoWithLocation(page: Page): Promise<void> {
  await attach(await photo('дома на столе.jpg'))(page);
  await page.locator('svg.lucide-map-pin-off').waitFor();
}

/** One upload in progress with its speed, one refused by the server, one photo with its location. */
async function attachOnSlowConnection(page: Page): Promise<void> {
  await page.route('**/api/support-chat/uploads', (route) =>
    route.request().postDataBuffer()?.includes(table.name) ? route.fulfill({ status: 500 }) : route.continue(),
  );
  await attachPhotoWithLocation(page);
  await attach(table)(page);
  await page.locator('svg.lucide-rotate-cw').first().waitFor();
  await slowDown(page, slowBytesPerSecond);
  await attach(video)(page);
  await page
    .getByText(/(MB|МБ)\/(s|с)|(kB|кБ|KB|КБ)\/(s|с)/i)
    .first()
    .waitFor();
}

async function sendOnSlowConnection(page: Page): Promise<void> {
  await slowDown(page, slowBytesPerSecond);
  await attach(await photo('label.jpg'), video)(page);
  await page.locator('textarea').first().fill('Here is the label, and how I opened it.');
  // On a phone Enter begins a line.
  await page.locator('button:has(svg.lucide-arrow-up)').click();
  await page.waitForTimeout(2_500);
}

async function playAudio(page: Page): Promise<void> {
  const play = page.locator(`${message}:has(audio) button`).first();
  await scrollBackTo(page, play);
  await page.locator(`${message} audio`).evaluate((audio: HTMLAudioElement) => {
    audio.currentTime = 6;
  });
  await play.click();
  await page.waitForTimeout(1_200);
}

async function playVideo(page: Page): Promise<void> {
  const play = page.locator(`${message}:has(video):not(:has(img)) button`).first();
  await scrollBackTo(page, play);
  await play.click();
  await page.waitForTimeout(1_500);
}

async function openVideo(page: Page): Promise<void> {
  await scrollBackTo(page, albumTiles(page));
  await page.locator(`${message}:has(img):has(video) button:has(svg.lucide-play)`).first().click();
  await page.locator(`${modal} video`).waitFor();
  await page.waitForTimeout(1_500);
}

/** Files in a conversation: arriving, playing, missing, on their way. */
export const fileStates: readonly PageState[] = [
  { name: 'files-in-conversation', ...inShowcase },
  { name: 'album', ...inShowcase, act: (page) => scrollBackTo(page, albumTiles(page)) },
  {
    name: 'preview-pending',
    ...inShowcase,
    before: changeAttachments(withPendingPreview),
    act: (page) => scrollBackTo(page, page.locator(`${message} button span.rounded-full`)),
  },
  { name: 'file-lost', ...inShowcase, before: changeAttachments(withLostText) },
  { name: 'audio-playing', ...inShowcase, act: playAudio },
  { name: 'video-playing', ...inShowcase, act: playVideo },
  { name: 'lightbox-video', ...inShowcase, act: openVideo },
  { name: 'photo-with-location', ...inAnnas, act: attachPhotoWithLocation },
  { name: 'uploads-in-progress', ...inAnnas, act: attachOnSlowConnection },
  { name: 'message-in-progress', ...inAnnas, act: sendOnSlowConnection },
];
