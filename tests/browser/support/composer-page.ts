import type { Locator, Page, Route } from 'playwright-core';
import type { FilePayload } from './chat-page.ts';

export const sendAddress = /\/api\/trpc\/supportChat\.sendMessage/;
export const createAddress = /\/api\/trpc\/supportChat\.createDialog/;

/** Files on their way into the page by a gesture that no input field takes. */
type CarriedFile = { name: string; mimeType: string; base64: string };

const carry = ({ name, mimeType, buffer }: FilePayload): CarriedFile => ({
  name,
  mimeType,
  base64: buffer.toString('base64'),
});

/** Ctrl+V with these files on the clipboard. */
export function pasteFiles(field: Locator, ...files: FilePayload[]): Promise<void> {
  return gesture(field, ['paste'], files);
}

/** Ctrl+V with a file and, beside it, other forms of what was copied, by their types. */
export function pasteWithForms(field: Locator, file: FilePayload, forms: Record<string, string>): Promise<void> {
  return gesture(field, ['paste'], [file], forms);
}

/** Files hang over the element. */
export function dragOver(target: Locator, ...files: FilePayload[]): Promise<void> {
  return gesture(target, ['dragenter', 'dragover'], files);
}

export function dropFiles(target: Locator, ...files: FilePayload[]): Promise<void> {
  return gesture(target, ['drop'], files);
}

function gesture(
  target: Locator,
  names: readonly string[],
  files: readonly FilePayload[],
  forms: Record<string, string> = {},
): Promise<void> {
  return target.evaluate(
    (element, { names, carried, forms }) => {
      const transfer = new DataTransfer();
      for (const { name, mimeType, base64 } of carried) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: mimeType }));
      }
      for (const [type, text] of Object.entries(forms)) transfer.setData(type, text);
      const common = { bubbles: true, cancelable: true };
      for (const name of names) {
        const event =
          name === 'paste'
            ? new ClipboardEvent(name, { ...common, clipboardData: transfer })
            : new DragEvent(name, { ...common, dataTransfer: transfer });
        element.dispatchEvent(event);
      }
    },
    { names, carried: files.map(carry), forms },
  );
}

/** A line this slow, both ways; null: as fast as it can. Bytes a second. */
export async function slowDown(page: Page, bytesPerSecond: number | null): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const throughput = bytesPerSecond ?? -1;
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
}

/** Holds matching requests back until released. */
export async function holdRequests(page: Page, address: RegExp): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let isOpen = false;
  await page.route(address, async (route) => {
    if (isOpen) await route.continue();
    else held.push(route);
  });
  return async () => {
    isOpen = true;
    await Promise.all(held.splice(0).map((route) => route.continue()));
  };
}

/** The server does what it is asked, but its first answer gets lost on the way back. */
export async function loseFirstAnswer(page: Page, address: RegExp): Promise<void> {
  let isLost = false;
  await page.route(address, async (route) => {
    if (isLost) return route.continue();
    isLost = true;
    await route.fetch();
    await route.abort('connectionreset');
  });
}

/** Matching requests fail for good until the returned function is called. */
export async function failRequests(page: Page, address: RegExp): Promise<() => Promise<void>> {
  const error = { message: 'broken', code: -32603, data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 } };
  await page.route(address, (route) => route.fulfill({ status: 500, json: { error } }));
  return () => page.unroute(address);
}
