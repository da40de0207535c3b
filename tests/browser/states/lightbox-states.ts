import type { Page } from 'playwright-core';
import { makePhotoJpeg } from '#tests/fixtures/media/make-media.ts';
import { openPdf, redact, searchPdf } from './actions.ts';
import { annasConversation, message, modal, type PageState, picture } from './page-state.ts';

const photo = await makePhotoJpeg({ width: 800, height: 600 });
const asSupport = { person: 'sofia', path: annasConversation('/admin/support-chat'), ready: message } as const;
const asCustomer = { person: 'anna', path: annasConversation('/support-chat'), ready: message } as const;

async function openPicture(page: Page): Promise<void> {
  await page.locator(picture).first().click();
  await page.locator(`${modal} img`).first().waitFor();
}

async function searchAndZoomPdf(page: Page): Promise<void> {
  await searchPdf('northlight')(page);
  await page.locator(`${modal} [role="document"]`).focus();
  await page.keyboard.press('+');
  await page.locator(`${modal} [data-zoomed="true"]`).waitFor();
}

/** A file on its own: looked at, searched, redacted before it is sent. */
export const lightboxStates: readonly PageState[] = [
  { name: 'lightbox-picture', ...asSupport, ready: picture, act: openPicture },
  { name: 'lightbox-pdf', ...asSupport, act: openPdf },
  { name: 'lightbox-pdf-search', ...asCustomer, act: searchAndZoomPdf },
  {
    name: 'redact',
    ...asCustomer,
    act: redact({ name: 'card.jpg', mimeType: 'image/jpeg', buffer: photo }),
  },
];
