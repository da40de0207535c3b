import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sendFile } from '#tests/support/scene.ts';
import { useServer } from '#tests/support/test-server.ts';

const server = useServer({
  env: { SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '100000', REDIS_URL: 'redis://127.0.0.1:1' },
});

describe('T28 guessing', () => {
  it('ids is infeasible: two of them are needed, with 122 random bits each', async () => {
    const anna = await server.as('anna');
    const sent = [];
    for (let i = 0; i < 5; i += 1) sent.push(await sendFile(anna, { bytes: 'x', name: 'x.txt' }));
    for (const { id, dialogId } of sent) {
      for (const value of [id, dialogId])
        expect(value).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(sent.flatMap(({ id, dialogId }) => [id, dialogId])).size).toBe(10);
  });

  it('the kind of a 404 by its timing is infeasible: all kinds take equally long', async () => {
    const [anna, boris] = [await server.as('anna'), await server.as('boris')];
    const foreign = await sendFile(anna, { bytes: 'x', name: 'x.txt' });
    const own = await sendFile(boris, { bytes: 'x', name: 'x.txt' });
    const staged = await anna.upload({ bytes: 'x', name: 'x.txt', dialogId: foreign.dialogId });
    const deleted = await sendFile(boris, { bytes: 'x', name: 'x.txt', dialogId: own.dialogId });
    await boris.mutate('supportChat.deleteMessage', { messageId: deleted.messageId });
    const kinds: Record<string, string> = {
      missing: `/api/support-chat/attachments/${randomUUID()}/${randomUUID()}`,
      foreign: foreign.path,
      staged: staged.url,
      deleted: deleted.path,
      'own dialog, no such file': `/api/support-chat/attachments/${own.dialogId}/${randomUUID()}`,
      malformed: `/api/support-chat/attachments/${own.dialogId}/%00`,
    };
    const times = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
    // One of each kind in turn, so that whatever else the machine does hits all kinds alike.
    for (let round = 0; round < 150; round += 1) {
      for (const [kind, path] of Object.entries(kinds)) {
        const startedAt = performance.now();
        const answer = await boris.fetch(path);
        await answer.arrayBuffer();
        times.get(kind)?.push(performance.now() - startedAt);
        expect(answer.status).toBe(404);
      }
    }
    const medians = [...times.values()].map((list) => list.sort((a, b) => a - b)[list.length >> 1] ?? 0);
    const [fastest, slowest] = [Math.min(...medians), Math.max(...medians)];
    // Half a millisecond, or half as much again on a slow machine: a stranger over a network sees more noise than that.
    expect(slowest - fastest).toBeLessThan(Math.max(0.5, fastest * 0.5));
  });
});
