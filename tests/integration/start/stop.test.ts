import { expect, it } from 'vitest';
import { startFreezingProxy } from '#tests/support/freezing-proxy.ts';
import { startTestDatabase } from '#tests/support/test-database.ts';
import { startTestServer } from '#tests/support/test-server.ts';

it('a server is stopped also while its database hangs', async () => {
  const database = await startTestDatabase();
  const url = new URL(database.url);
  const proxy = await startFreezingProxy(Number(url.port));
  url.port = String(proxy.port);
  const server = await startTestServer({ database: { ...database, url: url.href } });
  expect((await fetch(`${server.url}/api/ready`)).status).toBe(200);
  proxy.freeze();
  await server.close();
  await expect(fetch(`${server.url}/api/health`)).rejects.toThrow();
  proxy.close();
  await database.close();
});
