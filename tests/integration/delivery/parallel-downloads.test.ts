import { get } from 'node:http';
import { expect, it } from 'vitest';
import { noisePng, sendFile } from '#tests/support/scene.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';

/** Chunks are read into buffers that are used again: none may reach a connection it was not read for. */
const server = useServer({
  env: {
    SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '100000',
    SUPPORT_CHAT_ATTACHMENT_MAX_CONCURRENT_DOWNLOADS: '100',
  },
});

function dropAfterFirstBytes(client: TestClient, path: string): Promise<void> {
  return new Promise((resolve) => {
    const headers = { cookie: client.cookie ?? '' };
    const request = get(`${server.url}${path}`, { headers, agent: false }, (response) => {
      response.on('error', () => {}).once('data', () => request.destroy());
    });
    request.on('error', () => {}).on('close', () => resolve());
  });
}

it('of two people who download at once, each gets every byte of their own file and none of the other, while others leave in the middle', async () => {
  const people = await Promise.all(
    (['anna', 'boris'] as const).map(async (name) => {
      const client = await server.as(name);
      const bytes = noisePng(3_000_001);
      const { path } = await sendFile(client, { bytes, name: `${name}.png` });
      return { client, bytes, path };
    }),
  );
  for (let round = 0; round < 6; round += 1) {
    const downloads = people.flatMap(({ client, bytes, path }) =>
      Array.from({ length: 8 }, async (_, index) => {
        if (index % 4 === 3) return dropAfterFirstBytes(client, path);
        const start = index * 70_001;
        const answer = await client.raw({ path, headers: { range: `bytes=${start}-` } });
        expect(answer.body.equals(bytes.subarray(start))).toBe(true);
      }),
    );
    await Promise.all(downloads);
  }
});
