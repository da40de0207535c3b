import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  BOUNDARY,
  FILE_HEAD,
  filePart,
  MULTIPART_TYPE,
  multipart,
  openUpload,
  postBody,
} from '#tests/support/multipart.ts';
import { eventually, filesBelow, sendFile } from '#tests/support/scene.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';

const MAX_BYTES = 30_000_000;
const server = useServer({
  env: { SUPPORT_CHAT_ATTACHMENT_MAX_BYTES: String(MAX_BYTES), SUPPORT_CHAT_UPLOAD_IDLE_TIMEOUT_SECONDS: '1' },
});

/** Rows, objects and temporary files, whatever is below the storage's folder. */
async function stored(): Promise<{ rows: number; files: number }> {
  const [rows, files] = await Promise.all([
    server.database.prisma.chatAttachment.count(),
    filesBelow(server.storageDir),
  ]);
  return { rows, files: files.length };
}

/** Runs an attempt that must store nothing, and gives its outcome. */
async function storingNothing<T>(attempt: (anna: TestClient) => Promise<T>): Promise<T> {
  const anna = await server.as('anna');
  const before = await stored();
  const outcome = await attempt(anna);
  const isAsBefore = async () => JSON.stringify(await stored()) === JSON.stringify(before);
  await eventually(isAsBefore, 'neither a row nor an object nor a temporary file is left');
  return outcome;
}

const codeOf = (body: string | Buffer) => JSON.parse(body.toString()).error.code;

describe('T16 a malformed body', () => {
  const field = (name: string, body = 'x') => ({ name, body });
  const whole = multipart([filePart()]).toString('latin1');
  const bodies: [string, string | Buffer, Record<string, string>?][] = [
    ['is empty', ''],
    ['has no file', multipart([field('dialogId', '')])],
    ['has two files', multipart([filePart(), filePart()])],
    ['has a field after the file', multipart([filePart(), field('dialogId')])],
    ['has a second file after a large first one', multipart([filePart('x'.repeat(2_000_000)), filePart()])],
    ['has 10,000 fields', multipart([...Array.from({ length: 10_000 }, (_, i) => field(`f${i}`)), filePart()])],
    ['has 10,000 times the known field', multipart([...Array(10_000).fill(field('dialogId')), filePart()])],
    ['has an unknown field', multipart([field('status', 'LINKED'), filePart()])],
    ['has a field named as a property', multipart([field('__proto__'), filePart()])],
    ['has the known field twice', multipart([field('dialogId', ''), field('dialogId', ''), filePart()])],
    ['has a field of 1 MB', multipart([field('dialogId', 'x'.repeat(1_000_000)), filePart()])],
    ['has its file under another name', multipart([{ ...filePart(), name: 'upload' }])],
    ['has its file as a plain field', multipart([field('file')])],
    ['ends without the last boundary', multipart([filePart()], '')],
    ['ends within the head of a part', `--${BOUNDARY}\r\nContent-Disposition: form-data; na`],
    ['has no boundary line at all', 'just text'],
    ['has another boundary than it says', whole.replaceAll(BOUNDARY, 'another')],
    ['has a head of 1 MB', `--${BOUNDARY}\r\nX-Long: ${'x'.repeat(1_000_000)}\r\n\r\n`],
    ['has 5,000 header lines', `--${BOUNDARY}\r\n${'X: y\r\n'.repeat(5000)}\r\nbody\r\n--${BOUNDARY}--\r\n`],
    ['has no Content-Type', whole, { 'content-type': '' }],
    ['is JSON', '{"file":"x"}', { 'content-type': 'application/json' }],
    ['is a form without files', 'file=x', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['names no boundary', whole, { 'content-type': 'multipart/form-data' }],
    ['names an empty boundary', whole, { 'content-type': 'multipart/form-data; boundary=' }],
    ['is multipart of another kind', whole, { 'content-type': `multipart/mixed; boundary=${BOUNDARY}` }],
  ];

  it.each(bodies)('that %s is a 400 and stores nothing', async (_, body, headers = {}) => {
    const answer = await storingNothing((anna) => postBody(anna, Buffer.from(body), headers));
    expect([answer.status, codeOf(answer.body)]).toEqual([400, 'INVALID_UPLOAD']);
  });

  it('does not affect the next upload', async () => {
    const anna = await server.as('anna');
    expect((await postBody(anna, multipart([filePart()]))).status).toBe(201);
  });
});

describe('T17 a body whose length', () => {
  it('is announced as too large is refused before its first byte', async () => {
    const answer = await storingNothing(async (anna) => {
      const { answer, request } = openUpload(anna, { 'content-length': String(MAX_BYTES * 10) });
      request.flushHeaders();
      const result = await answer;
      request.destroy();
      return result;
    });
    expect([answer.status, codeOf(answer.body), answer.connection]).toEqual([413, 'ATTACHMENT_TOO_LARGE', 'close']);
  });

  it('is not announced and too large is refused while it arrives', async () => {
    let sentBytes = 0;
    const answer = await storingNothing(async (anna) => {
      const { answer, request } = openUpload(anna);
      request.write(FILE_HEAD);
      const piece = Buffer.alloc(1_000_000, 'x');
      let isAnswered = false;
      const settle = () => {
        isAnswered = true;
      };
      answer.then(settle, settle);
      while (!isAnswered && sentBytes < MAX_BYTES * 3) {
        sentBytes += piece.length;
        await new Promise<void>((resolve) => request.write(piece, () => resolve()));
      }
      const result = await answer;
      request.destroy();
      return result;
    });
    expect([answer.status, codeOf(answer.body)]).toEqual([413, 'ATTACHMENT_TOO_LARGE']);
    expect(sentBytes).toBeLessThan(MAX_BYTES * 2);
  });

  it('is exactly the limit is accepted, and one byte more is not', async () => {
    const anna = await server.as('anna');
    const body = Buffer.alloc(MAX_BYTES, 'x');
    expect((await postBody(anna, multipart([filePart(body)]))).status).toBe(201);
    const more = Buffer.concat([body, Buffer.from('x')]);
    const answer = await storingNothing(() => postBody(anna, multipart([filePart(more)])));
    expect(answer.status).toBe(413);
  });

  it.each([
    ['is longer than announced is read only that far', -10, 400],
    ['is shorter than announced, from a sender who waits, is a 408', 1000, 408],
  ])('%s', async (_, difference, status) => {
    const body = multipart([filePart('x'.repeat(5000))]);
    const answer = await storingNothing((anna) => {
      const { answer, request } = openUpload(anna, { 'content-length': String(body.length + difference) });
      request.write(body.subarray(0, body.length + Math.min(0, difference)));
      return answer;
    });
    expect(answer.status).toBe(status);
  });
});

describe('T17 a body that', () => {
  it.each([0, 1, 100_000, 5_000_000])('is cut after %i bytes of its file leaves nothing', async (length) => {
    await storingNothing(async (anna) => {
      const { request } = openUpload(anna, { 'content-length': '20000000' });
      await new Promise<void>((resolve) => request.write(FILE_HEAD + 'x'.repeat(length), () => resolve()));
      // Long enough for the storage to have begun.
      await new Promise((resolve) => setTimeout(resolve, 50));
      request.destroy();
    });
  });

  it.each([{ 'content-length': '5000' }, {}] as Record<string, string>[])(
    'comes one byte at a time is a 408 (%o)',
    async (headers) => {
      const answer = await storingNothing(async (anna) => {
        const { answer, request } = openUpload(anna, headers);
        request.write(FILE_HEAD);
        const timer = setInterval(() => request.write('x'), 100);
        return answer.finally(() => clearInterval(timer));
      });
      expect([answer.status, codeOf(answer.body), answer.connection]).toEqual([408, 'REQUEST_TIMEOUT', 'close']);
    },
  );

  it('never arrives gets 408', async () => {
    const answer = await storingNothing((anna) => {
      const { answer, request } = openUpload(anna);
      request.flushHeaders();
      return answer;
    });
    expect(answer.status).toBe(408);
  });
});

describe('T18 a body over 10 MiB', () => {
  it('is stored completely, with an equal hash, with and without Content-Length', async () => {
    const anna = await server.as('anna');
    const bytes = Buffer.from(randomBytes(10 * 1024 * 1024).toString('hex'));
    const hash = createHash('sha256').update(bytes).digest('hex');
    const sent = await sendFile(anna, { bytes, name: 'large.txt', type: 'text/plain' });
    const { answer, request } = openUpload(anna, { 'content-type': MULTIPART_TYPE });
    request.end(multipart([filePart(bytes, 'chunked.txt')]));
    const chunked = JSON.parse((await answer).body).attachment;
    for (const path of [sent.path, chunked.url]) {
      const read = await anna.raw({ path });
      expect([read.status, read.body.length]).toEqual([200, bytes.length]);
      expect(createHash('sha256').update(read.body).digest('hex')).toBe(hash);
      expect(read.headers.etag).toBe(`"${hash}"`);
    }
    const last = await anna.raw({ path: sent.path, headers: { range: 'bytes=-1' } });
    expect(last.body.toString()).toBe(bytes.subarray(-1).toString());
  });
});
