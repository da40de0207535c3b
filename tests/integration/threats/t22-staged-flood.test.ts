import { describe, expect, it } from 'vitest';
import { FILE_HEAD, filePart, multipart, openUpload, postBody } from '#tests/support/multipart.ts';
import { eventually, filesBelow } from '#tests/support/scene.ts';
import { useServer } from '#tests/support/test-server.ts';

const isRefusal = (answer: { status: number; headers: { 'retry-after'?: string }; body: Buffer }) => {
  expect([answer.status, JSON.parse(answer.body.toString()).error.code]).toEqual([429, 'RATE_LIMITED']);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
};

describe('T22 flooding with staged files', () => {
  const server = useServer({ env: { SUPPORT_CHAT_ATTACHMENT_MAX_STAGED: '5' } });
  const stored = async () => [
    await server.database.prisma.chatAttachment.count(),
    (await filesBelow(server.storageDir)).length,
  ];

  it('stops at the maximum number of files, also with twenty parallel uploads, per user', async () => {
    const anna = await server.as('anna');
    const answers = await Promise.all(Array.from({ length: 20 }, () => postBody(anna, multipart([filePart()]))));
    const taken = answers.filter(({ status }) => status === 201);
    expect(taken).toHaveLength(5);
    for (const answer of answers.filter(({ status }) => status !== 201)) isRefusal(answer);
    expect(await stored()).toEqual([5, 5]);
    isRefusal(await postBody(anna, multipart([filePart()])));
    expect((await postBody(await server.as('boris'), multipart([filePart()]))).status).toBe(201);
  });

  it('has room again after sending', async () => {
    const anna = await server.as('anna');
    const rows = await server.database.prisma.chatAttachment.findMany({ where: { createdBy: { name: 'Anna' } } });
    const attachments = rows.map(({ id }) => ({ attachmentId: id }));
    await anna.mutate('supportChat.createDialog', { attachments });
    expect((await postBody(anna, multipart([filePart()]))).status).toBe(201);
  });
});

describe('T22 flooding with staged bytes', () => {
  const server = useServer({ env: { SUPPORT_CHAT_ATTACHMENT_MAX_STAGED_BYTES: '1000000' } });
  const file = (sizeBytes: number) => multipart([filePart('x'.repeat(sizeBytes))]);
  const countRows = () => server.database.prisma.chatAttachment.count();

  it('stops at the maximum number of bytes, also with twenty parallel uploads', async () => {
    const anna = await server.as('anna');
    const answers = await Promise.all(Array.from({ length: 20 }, () => postBody(anna, file(300_000))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    for (const answer of answers.filter(({ status }) => status !== 201)) isRefusal(answer);
    isRefusal(await postBody(anna, file(300_000)));
    expect(await countRows()).toBe(3);
  });

  it('stops a body of unknown length as soon as it exceeds the maximum', async () => {
    const boris = await server.as('boris');
    const [rows, objects] = [await countRows(), (await filesBelow(server.storageDir)).length];
    const { request, answer } = openUpload(boris);
    request.write(`${FILE_HEAD}${'x'.repeat(2_000_000)}`);
    expect((await answer).status).toBe(429);
    request.destroy();
    const isAsBefore = async () => (await filesBelow(server.storageDir)).length === objects;
    await eventually(isAsBefore, 'the partial object is gone');
    expect(await countRows()).toBe(rows);
    expect((await postBody(boris, file(900_000))).status).toBe(201);
  });
});
