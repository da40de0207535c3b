import type { TestServer } from '#tests/support/test-server.ts';

export interface ReadMessage {
  id: string;
  text: string | null;
  readAt: string | null;
  attachments: { id: string; name: string; url: string }[];
}

/** What the other side has of a dialog, oldest first: the newest fifty, as support reads them. */
export async function readMessages(server: Pick<TestServer, 'as'>, dialogId: string): Promise<ReadMessage[]> {
  const sofia = await server.as('sofia');
  const input = { dialogId, limit: 50 };
  return (await sofia.query<{ items: ReadMessage[] }>('supportChat.userGetMessages', input)).items;
}

export async function readTexts(server: Pick<TestServer, 'as'>, dialogId: string): Promise<(string | null)[]> {
  return (await readMessages(server, dialogId)).map(({ text }) => text);
}
