import { expect, it } from 'vitest';
import { useServer } from '#tests/support/test-server.ts';

const server = useServer();

it('the storage page and its dry run are for admins only', async () => {
  for (const person of ['anna', 'sofia', 'nikita'] as const) {
    const client = await server.as(person);
    await expect(client.query('storage.overview')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(client.mutate('storage.predictCleanup')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
  await expect(server.anonymous().query('storage.overview')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  const admin = await server.as('admin');
  expect(await admin.query('storage.overview')).toMatchObject({ staged: { files: 0 }, hasLegacyColumn: true });
  expect(await admin.mutate('storage.predictCleanup')).toMatchObject({ dryRun: true, candidates: 0 });
});

it('a composer renews its own staged files, and learns which are staged no more', async () => {
  const [anna, boris] = await Promise.all([server.as('anna'), server.as('boris')]);
  const staged = await anna.upload({ bytes: 'draft' });
  const attachmentIds = [staged.id, 'gone'];
  expect(await anna.mutate('supportChat.renewStaged', { attachmentIds })).toEqual({ attachmentIds: [staged.id] });
  expect(await boris.mutate('supportChat.renewStaged', { attachmentIds })).toEqual({ attachmentIds: [] });
  const row = await server.database.prisma.chatAttachment.findUnique({ where: { id: staged.id } });
  expect(row?.renewedAt).not.toBeNull();
  await expect(anna.mutate('supportChat.renewStaged', { attachmentIds, status: 'LINKED' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});
