import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { sendFile, stableHeaders } from '#tests/support/scene.ts';
import { useServer } from '#tests/support/test-server.ts';

const PREFIX = '/api/support-chat/attachments';
const server = useServer();
/** Addresses that Boris may not open, each for a reason of its own. */
const hidden = new Map<string, string>();

beforeAll(async () => {
  const [anna, boris] = [await server.as('anna'), await server.as('boris')];
  const foreign = await sendFile(anna, { bytes: 'a letter', name: 'letter.txt' });
  const own = await sendFile(boris, { bytes: 'my own', name: 'own.txt' });
  const staged = await anna.upload({ bytes: 'not sent yet', name: 'draft.txt', dialogId: foreign.dialogId });
  const drafted = await anna.upload({ bytes: 'in her draft', name: 'draft.txt' });
  const deleted = await sendFile(boris, { bytes: 'regretted', name: 'sorry.txt', dialogId: own.dialogId });
  await boris.mutate('supportChat.deleteMessage', { messageId: deleted.messageId });
  const staffDraft = await (await server.as('sofia')).upload({
    bytes: 'unsent',
    name: 's.txt',
    dialogId: own.dialogId,
  });
  const deleting = await sendFile(boris, { bytes: 'going', name: 'going.txt', dialogId: own.dialogId });
  await server.database.prisma.chatAttachment.update({ where: { id: deleting.id }, data: { status: 'DELETING' } });

  const ids = { missing: `${randomUUID()}/${randomUUID()}`, foreign: `${foreign.dialogId}/${foreign.id}` };
  hidden.set('that does not exist', `${PREFIX}/${ids.missing}`);
  hidden.set('of another customer', foreign.path);
  hidden.set('of another customer, as a download', `${foreign.path}?download=1`);
  hidden.set('of another customer, its rendition', `${foreign.path}?variant=thumbnail`);
  hidden.set('own dialog with a foreign file', `${PREFIX}/${own.dialogId}/${foreign.id}`);
  hidden.set('foreign dialog with an own file', `${PREFIX}/${foreign.dialogId}/${own.id}`);
  hidden.set('staged by somebody else', staged.url);
  hidden.set("in somebody else's draft", drafted.url);
  hidden.set('staged by staff in his own dialog', staffDraft.url);
  hidden.set('of a deleted message', deleted.path);
  hidden.set('being deleted', deleting.path);
  hidden.set('own, in a rendition it does not have', `${own.path}?variant=preview`);
  hidden.set('own, in an unknown variant', `${own.path}?variant=original%00`);
  hidden.set('own, in an empty variant', `${own.path}?variant=`);
  hidden.set('with a NUL', `${PREFIX}/${own.dialogId}/%00`);
  hidden.set('with a NUL behind an id', `${PREFIX}/${own.dialogId}/${own.id}%00`);
  hidden.set('with broken escapes', `${PREFIX}/${own.dialogId}/%E0%A4%A`);
  hidden.set('with half a code point', `${PREFIX}/${own.dialogId}/%ED%A0%80`);
  hidden.set('of 4,000 characters', `${PREFIX}/${own.dialogId}/${'a'.repeat(4000)}`);
  hidden.set('with too few parts', `${PREFIX}/${own.dialogId}`);
  hidden.set('with too many parts', `${own.path}/more`);
  hidden.set('with a slash at its end', `${own.path}/`);
  hidden.set('with an escaped slash', `${PREFIX}/${own.dialogId}%2F${own.id}`);
  hidden.set('with dots', `${PREFIX}/..%2f..%2f/..%2f`);
  hidden.set('with an empty id', `${PREFIX}//${own.id}`);
  hidden.set('with SQL', `${PREFIX}/${own.dialogId}/${encodeURIComponent("' OR '1'='1")}`);
});

const kinds = [
  'of another customer',
  'of another customer, as a download',
  'of another customer, its rendition',
  'own dialog with a foreign file',
  'foreign dialog with an own file',
  'staged by somebody else',
  "in somebody else's draft",
  'staged by staff in his own dialog',
  'of a deleted message',
  'being deleted',
  'own, in a rendition it does not have',
  'own, in an unknown variant',
  'own, in an empty variant',
  'with a NUL',
  'with a NUL behind an id',
  'with broken escapes',
  'with half a code point',
  'of 4,000 characters',
  'with too few parts',
  'with too many parts',
  'with a slash at its end',
  'with an escaped slash',
  'with dots',
  'with an empty id',
  'with SQL',
];

const questions: Record<string, string>[] = [
  {},
  { range: 'bytes=0-0' },
  { range: 'bytes=99999999-' },
  { 'if-none-match': '*' },
  { 'if-match': '"x"' },
  { 'if-modified-since': new Date().toUTCString() },
];

describe('the uniform 404', () => {
  it.each(kinds)(
    'a file %s gets exactly the response of a file that does not exist, whatever is asked',
    async (kind) => {
      const boris = await server.as('boris');
      const missing = await boris.raw({ path: hidden.get('that does not exist') ?? '' });
      expect(missing.status).toBe(404);
      expect(JSON.parse(missing.body.toString())).toEqual({ error: { code: 'NOT_FOUND', message: 'Not found.' } });
      expect(stableHeaders(missing)).toEqual({
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(missing.body.length),
        'cache-control': 'no-store',
        vary: 'Cookie',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
      });
      for (const headers of questions) {
        const answer = await boris.raw({ path: hidden.get(kind) ?? '', headers });
        expect(answer.status, JSON.stringify(headers)).toBe(404);
        expect(answer.rawHeaders.filter((_, i) => i % 2 === 0)).toEqual(
          missing.rawHeaders.filter((_, i) => i % 2 === 0),
        );
        expect(stableHeaders(answer)).toEqual(stableHeaders(missing));
        expect(answer.body.equals(missing.body)).toBe(true);
      }
      const head = await boris.raw({ method: 'HEAD', path: hidden.get(kind) ?? '' });
      expect([head.status, head.body.length]).toEqual([404, 0]);
      expect(stableHeaders(head)).toEqual(stableHeaders(missing));
    },
  );

  it('hides a file from staff who may not manage chats, and shows it to those who may and to an admin', async () => {
    const path = hidden.get('of another customer') ?? '';
    const status = async (person: 'nikita' | 'sofia' | 'admin') =>
      (await (await server.as(person)).raw({ path })).status;
    expect([await status('nikita'), await status('sofia'), await status('admin')]).toEqual([404, 200, 200]);
  });

  it('shows a staged file to its uploader alone', async () => {
    for (const kind of ['staged by somebody else', "in somebody else's draft"]) {
      const path = hidden.get(kind) ?? '';
      const status = async (person: 'anna' | 'sofia' | 'admin') =>
        (await (await server.as(person)).raw({ path })).status;
      expect([await status('anna'), await status('sofia'), await status('admin')]).toEqual([200, 404, 404]);
    }
  });
});
