import type { Locator, Page, Route } from 'playwright-core';
import type { FilePayload } from './chat-page.ts';

/** Requests that send a message. */
export const sendAddress = /\/api\/trpc\/supportChat\.sendMessage/;
/** Requests that start a conversation. */
export const createAddress = /\/api\/trpc\/supportChat\.createDialog/;

/** A file serialised for a paste or drop event in the page. */
type SerialisedFile = { name: string; mimeType: string; base64: string };

const serialise = ({ name, mimeType, buffer }: FilePayload): SerialisedFile => ({
  name,
  mimeType,
  base64: buffer.toString('base64'),
});

/** Pastes files. */
export function pasteFiles(field: Locator, ...files: FilePayload[]): Promise<void> {
  return gesture(field, ['paste'], files);
}

/** Pastes a file together with other representations of what was copied, by media type. */
export function pasteWithForms(field: Locator, file: FilePayload, forms: Record<string, string>): Promise<void> {
  return gesture(field, ['paste'], [file], forms);
}

/** Drags files over the element. */
export function dragOver(target: Locator, ...files: FilePayload[]): Promise<void> {
  return gesture(target, ['dragenter', 'dragover'], files);
}

/** Drops files on the element. */
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
    (element, { names, serialised, forms }) => {
      const transfer = new DataTransfer();
      for (const { name, mimeType, base64 } of serialised) {
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
    { names, serialised: files.map(serialise), forms },
  );
}

/** Limits the network to so many bytes per second in both directions; null removes the limit. */
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

/** Delays matching requests. @returns releases them and all later ones */
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

/** Lets the first matching request reach the server but loses its response. */
export async function loseFirstAnswer(page: Page, address: RegExp): Promise<void> {
  let isLost = false;
  await page.route(address, async (route) => {
    if (isLost) return route.continue();
    isLost = true;
    await route.fetch();
    await route.abort('connectionreset');
  });
}

/** Fails matching requests with 500 until the returned function is called. */
export async function failRequests(page: Page, address: RegExp): Promise<() => Promise<void>> {
  const error = { message: 'broken', code: -32603, data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 } };
  await page.route(address, (route) => route.fulfill({ status: 500, json: { error } }));
  return () => page.unroute(address);
}
