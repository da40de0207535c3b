import { randomBytes } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { people } from '../../support/people.ts';
import { readZip } from '../../support/read-zip.ts';
import { eventually, noisePng, openDescriptors, openDialog, sendFile } from '../../support/scene.ts';
import { useServer } from '../../support/test-server.ts';

const server = useServer({
  env: {
    SUPPORT_CHAT_ATTACHMENT_MAX_CONCURRENT_DOWNLOADS: '1',
    SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '200',
    STORAGE_CACHE_BYTES: '0',
  },
});
const archiveOf = (dialogId: string) => `/api/support-chat/dialogs/${dialogId}/archive`;
const pathOf = async (id: string) => {
  const row = await server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id } });
  return join(server.storageDir, row.storagePath);
};

describe('an archive', () => {
  test('holds every sent file, oldest first, byte for byte, under names that are apart', async () => {
    const anna = await server.as('anna');
    const sofia = await server.as('sofia');
    const photo = noisePng(300_000);
    const { dialogId, messageId } = await sendFile(anna, { bytes: photo, name: 'паспорт.png' });
    await sendFile(sofia, { bytes: 'answer', name: 'note.txt', dialogId });
    await sendFile(anna, { bytes: 'again', name: '../note.txt', dialogId });
    const taken = await sendFile(anna, { bytes: 'taken back', name: 'regret.txt', dialogId });
    await anna.mutate('supportChat.deleteMessage', { messageId: taken.messageId });
    await anna.upload({ bytes: 'not sent yet', name: 'staged.txt', dialogId });

    const answer = await sofia.fetch(archiveOf(dialogId));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="files-\d{4}-\d\d-\d\d\.zip"$/);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const files = readZip(Buffer.from(await answer.arrayBuffer()));
    expect(files.map(({ name, isStored }) => [name, isStored])).toEqual([
      ['паспорт.png', true],
      ['note.txt', false],
      ['note (2).txt', false],
    ]);
    expect(files[0]?.bytes.equals(photo)).toBe(true);
    expect(files.slice(1).map(({ bytes }) => bytes.toString())).toEqual(['answer', 'again']);
    const message = await server.database.prisma.chatMessage.findUniqueOrThrow({ where: { id: messageId } });
    expect(Math.abs((files[0]?.modifiedAt.getTime() ?? 0) - message.createdAt.getTime())).toBeLessThan(1000);
  });

  test('of a conversation without files is empty and well-formed', async () => {
    const anna = await server.as('anna');
    const answer = await anna.fetch(archiveOf(await openDialog(anna)));
    expect(readZip(Buffer.from(await answer.arrayBuffer()))).toEqual([]);
  });

  test('names the files that are lost, and brings the others', async () => {
    const anna = await server.as('anna');
    const lost = await sendFile(anna, { bytes: 'lost', name: 'lost.txt' });
    await sendFile(anna, { bytes: 'kept', name: 'kept.txt', dialogId: lost.dialogId });
    await unlink(await pathOf(lost.id));
    const answer = await anna.fetch(archiveOf(lost.dialogId));
    const files = readZip(Buffer.from(await answer.arrayBuffer()));
    expect(files.map(({ name }) => name)).toEqual(['kept.txt', 'missing-files.txt']);
    expect(files[1]?.bytes.toString()).toContain('lost.txt');
  });

  test('holds files of messages from before there were computers', async () => {
    const anna = await server.as('anna');
    const { dialogId, messageId } = await sendFile(anna, { bytes: 'old', name: 'old.txt' });
    // A program that was moved over from may have written any date.
    const createdAt = new Date('1812-09-07T00:00:00Z');
    await server.database.prisma.chatMessage.update({ where: { id: messageId }, data: { createdAt } });
    const answer = await anna.fetch(archiveOf(dialogId));
    expect(readZip(Buffer.from(await answer.arrayBuffer())).map(({ name }) => name)).toEqual(['old.txt']);
  });

  test('is on record as a download of each file', async () => {
    const anna = await server.as('anna');
    const { dialogId, id } = await sendFile(anna, { bytes: 'on record', name: 'a.txt' });
    await (await (await server.as('sofia')).fetch(archiveOf(dialogId))).arrayBuffer();
    const { chatAttachmentAccess } = server.database.prisma;
    await eventually(async () => (await chatAttachmentAccess.count({ where: { dialogId } })) === 1, 'it is written');
    expect(await chatAttachmentAccess.findFirst({ where: { dialogId } })).toMatchObject({
      ...{ attachmentId: id, userId: people.sofia.id, action: 'download' },
    });
  });
});

describe('an archive is for those who may read the conversation', () => {
  let dialogId = '';
  beforeAll(async () => {
    dialogId = (await sendFile(await server.as('anna'), { bytes: 'private', name: 'private.txt' })).dialogId;
  });

  test('a stranger, staff without the permission and a wrong id get the same 404', async () => {
    const answers = await Promise.all([
      (await server.as('boris')).fetch(archiveOf(dialogId)),
      (await server.as('nikita')).fetch(archiveOf(dialogId)),
      (await server.as('boris')).fetch(archiveOf('no-such-dialog')),
      (await server.as('boris')).fetch(archiveOf('%00')),
      (await server.as('boris')).fetch(archiveOf('%ff')),
    ]);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect(new Set(bodies).size).toBe(1);
  });

  test('nobody without a session gets it, and no other method', async () => {
    expect((await server.anonymous().fetch(archiveOf(dialogId))).status).toBe(401);
    const anna = await server.as('anna');
    const posted = await anna.fetch(archiveOf(dialogId), { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET']);
  });
});

describe('a large archive', () => {
  test('frees file, slot and memory when its reader goes away', async () => {
    const anna = await server.as('anna');
    const { dialogId } = await sendFile(anna, { bytes: noisePng(24 * 1024 * 1024), name: 'big.png' });
    await leaveAfterFirstBytes(anna.cookie ?? '', archiveOf(dialogId), async () => {
      expect(await openDescriptors(server.storageDir)).toBe(1);
      expect((await anna.fetch(archiveOf(dialogId))).status).toBe(429);
    });
    await eventually(async () => (await openDescriptors(server.storageDir)) === 0, 'the file is closed');
    const again = await anna.fetch(archiveOf(dialogId));
    expect(readZip(Buffer.from(await again.arrayBuffer())).map(({ bytes }) => bytes.length)).toEqual([
      24 * 1024 * 1024,
    ]);
  });

  test('whose reader left before it began takes no slot', async () => {
    const anna = await server.as('anna');
    const { dialogId } = await sendFile(anna, { bytes: 'small', name: 'small.txt' });
    const { prisma } = server.database;
    await prisma.$transaction(async (blocker) => {
      await blocker.$executeRaw`LOCK TABLE "ChatDialog" IN ACCESS EXCLUSIVE MODE`;
      const request = httpRequest(new URL(archiveOf(dialogId), server.url), {
        headers: { cookie: anna.cookie ?? '' },
        agent: false,
      });
      request.on('error', () => {});
      request.end();
      const isWaiting = async () => {
        const [row] = await prisma.$queryRaw<{ count: bigint }[]>`
          SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        return row?.count === 1n;
      };
      await eventually(isWaiting, 'the dialog is looked up');
      request.destroy();
      await sleep(200);
    });
    const isFree = async () => {
      const answer = await anna.fetch(archiveOf(dialogId));
      await answer.arrayBuffer();
      return answer.status === 200;
    };
    await eventually(isFree, 'the slot is free');
  });

  test('of which a file is shorter than its row never looks complete', async () => {
    const anna = await server.as('anna');
    const { dialogId, id } = await sendFile(anna, { bytes: randomBytes(9).toString('hex'), name: 'a.txt' });
    await server.database.prisma.chatAttachment.update({ where: { id }, data: { sizeBytes: 19 } });
    const answer = await anna.raw({ path: archiveOf(dialogId) }).catch(() => null);
    expect(answer?.complete ?? false).toBe(false);
  });

  test('ends when its reader signs out', async () => {
    const boris = await server.as('boris');
    const first = await sendFile(boris, { bytes: noisePng(8 * 1024 * 1024), name: 'big.png' });
    for (let i = 0; i < 20; i++) await sendFile(boris, { bytes: `${i}`, name: `${i}.txt`, dialogId: first.dialogId });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const request = httpRequest(
      new URL(archiveOf(first.dialogId), server.url),
      { headers: { cookie: boris.cookie ?? '' }, agent: false },
      (response) => {
        response.once('data', async () => {
          response.pause();
          await server.database.prisma.session.deleteMany({ where: { userId: people.boris.id } });
          response.on('close', () => resolve(response.complete));
          response.on('error', () => {});
          response.resume();
        });
      },
    );
    request.end();
    expect(await promise).toBe(false);
  });
});

function leaveAfterFirstBytes(cookie: string, path: string, meanwhile: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, server.url), { headers: { cookie }, agent: false }, (response) => {
      response.once('data', () => {
        response.pause();
        meanwhile()
          .then(resolve, reject)
          .finally(() => request.destroy());
      });
      response.on('error', () => {});
    });
    request.on('error', () => {});
    request.end();
  });
}
