import { randomBytes } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawResponse } from './raw-request.ts';
import type { TestClient, UploadedAttachment, UploadFields } from './test-client.ts';

/** A file that was sent: staged, then linked to a message. */
export type SentFile = {
  dialogId: string;
  messageId: string;
  id: string;
  /** Path of the delivery route. */
  path: string;
  attachment: UploadedAttachment;
};

type Begun = { dialogId: string; firstMessageId: string };
type Sent = { message: { id: string } };

/** Uploads a file and sends it, in `dialogId` or in a new conversation. */
export async function sendFile(client: TestClient, fields: UploadFields): Promise<SentFile> {
  const attachment = await client.upload(fields);
  const attachments = [{ attachmentId: attachment.id }];
  if (fields.dialogId !== undefined) {
    const { message } = await client.mutate<Sent>('supportChat.sendMessage', {
      dialogId: fields.dialogId,
      attachments,
    });
    return toSent(attachment, message.id);
  }
  const { firstMessageId } = await client.mutate<Begun>('supportChat.createDialog', { attachments });
  return toSent(attachment, firstMessageId);
}

/** Starts a conversation with a text. @returns its id */
export async function openDialog(client: TestClient, initialMessage = 'Hello'): Promise<string> {
  return (await client.mutate<Begun>('supportChat.createDialog', { initialMessage })).dialogId;
}

function toSent(attachment: UploadedAttachment, messageId: string): SentFile {
  return { dialogId: attachment.dialogId, messageId, id: attachment.id, path: attachment.url, attachment };
}

/** A PNG signature and random bytes: stored unchanged, since there is no metadata to strip. */
export function noisePng(sizeBytes: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  return Buffer.concat([head, randomBytes(sizeBytes - head.length)]);
}

/** The headers of a response by lower-case name, without those that differ between equal responses. */
export function stableHeaders({ rawHeaders }: RawResponse): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (name === 'date' || name === 'connection' || name === 'keep-alive') continue;
    // An object would hide a repeated header.
    fields[name in fields ? `${name} (again)` : name] = rawHeaders[index + 1] ?? '';
  }
  return fields;
}

/** How many descriptors of this process point below a folder. */
export async function openDescriptors(folder: string): Promise<number> {
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(folder)).length;
}

/** Every file below a folder, hidden ones included. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** One sample of `/api/metrics`, by name with labels; 0 when absent. */
export async function readMetric(client: TestClient, sample: string): Promise<number> {
  const text = await (await client.fetch('/api/metrics')).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${sample} `));
  return line === undefined ? 0 : Number(line.slice(sample.length + 1));
}

/** Polls until the condition holds. @throws after five seconds */
export async function eventually(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 5000; Date.now() < deadline; await new Promise((r) => setTimeout(r, 20))) {
    if (await isSo()) return;
  }
  throw new Error(`Not within five seconds: ${what}`);
}
