import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SessionCookie } from '#server/auth/session-cookie.ts';
import { createLog } from '#shared/log/log.ts';
import { PASSWORD, people } from '#tests/support/people.ts';
import { TestClient } from '#tests/support/test-client.ts';
import { useDatabase } from '#tests/support/test-database.ts';
import { startTestServer, type TestServer, useServer } from '#tests/support/test-server.ts';

const post = (client: TestClient, path: string, body: object) =>
  client.fetch(`/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const newcomer = () => ({ email: `${randomUUID()}@demo.test`, name: 'New', password: 'a long password' });

describe('signing in', () => {
  const server = useServer();

  it('sets one HttpOnly, SameSite cookie, and the session knows its role', async () => {
    const answer = await post(server.anonymous(), 'sign-in/email', { email: people.sofia.email, password: PASSWORD });
    const cookies = answer.headers.getSetCookie();
    expect(answer.status).toBe(200);
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(/^better-auth\.session_token=[^;]+; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const session = await (await (await server.as('sofia')).fetch('/api/auth/get-session')).json();
    expect(session).toMatchObject({ user: { email: people.sofia.email, role: 'STAFF' } });
  });

  it.each([
    ['Node’s fetch', { 'sec-fetch-mode': 'cors' }],
    ['a program with a cookie', { cookie: 'theme=dark' }],
  ])('and out work for %s, which sends no Origin', async (_who, headers: Record<string, string>) => {
    const ask = (path: string, body: object, more = {}) =>
      server.anonymous().raw({
        method: 'POST',
        path: `/api/auth/${path}`,
        headers: { 'content-type': 'application/json', ...headers, ...more },
        body: JSON.stringify(body),
      });
    const signedIn = await ask('sign-in/email', { email: people.boris.email, password: PASSWORD });
    expect(signedIn.status).toBe(200);
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
    expect((await ask('sign-out', {}, { cookie })).status).toBe(200);
    // The rule for other sites is the house's own, and stays.
    const foreign = await ask('sign-in/email', { email: people.boris.email, password: PASSWORD }, { origin: 'null' });
    expect(foreign.status).toBe(403);
  });

  it('answers alike whether the address or the password is wrong', async () => {
    const wrong = await post(server.anonymous(), 'sign-in/email', {
      email: people.anna.email,
      password: 'a wrong one',
    });
    const unknown = await post(server.anonymous(), 'sign-in/email', { email: 'nobody@demo.test', password: PASSWORD });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.text()).toBe(await unknown.text());
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  it('makes a customer of a newcomer, who can write at once and read nothing of others', async () => {
    const { email, name, password } = newcomer();
    expect((await post(server.anonymous(), 'sign-up/email', { email, name, password })).status).toBe(200);
    const client = await TestClient.signIn(server.url, email, password);
    expect(await client.query('supportChat.userListDialogs')).toEqual({ items: [] });
    await expect(client.query('supportChat.staffListDialogs')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await client.mutate('supportChat.createDialog', { initialMessage: 'hello' })).toBeTruthy();
  });

  it('keeps of a name what can be seen, and refuses one that is none or a book', async () => {
    const { email, password } = newcomer();
    const signUp = (name: string) => post(server.anonymous(), 'sign-up/email', { email, password, name });
    for (const name of ['', ' \u202e', 'x'.repeat(101)]) expect((await signUp(name)).status).toBe(400);
    expect((await signUp(' Eve\0\u202e\n Smith')).status).toBe(200);
    const client = await TestClient.signIn(server.url, email, password);
    const nameNow = async () => (await server.database.prisma.user.findUniqueOrThrow({ where: { email } })).name;
    expect(await nameNow()).toBe('Eve Smith');
    expect((await post(client, 'update-user', { name: 'x'.repeat(60_000) })).status).toBe(400);
    expect((await post(client, 'update-user', { name: 'Eve\u2067' })).status).toBe(200);
    expect(await nameNow()).toBe('Eve');
    const longAddress = { ...newcomer(), email: `${'a'.repeat(300)}@demo.test` };
    expect((await post(server.anonymous(), 'sign-up/email', longAddress)).status).toBe(400);
  });

  it('leads nobody on to another site', async () => {
    for (const path of ['verify-email?token=x', 'reset-password/x?']) {
      const answer = await server.anonymous().fetch(`/api/auth/${path}&callbackURL=https://evil.test`);
      expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
    }
    const credentials = { email: people.anna.email, password: PASSWORD, callbackURL: 'https://evil.test' };
    expect((await post(server.anonymous(), 'sign-in/email', credentials)).status).toBe(403);
  });

  it('is ended by a program that sends its cookie and no origin', async () => {
    const client = await TestClient.signIn(server.url, people.boris.email);
    const headers = { cookie: client.cookie ?? '', 'content-type': 'application/json' };
    const path = '/api/auth/sign-out';
    expect((await server.anonymous().raw({ method: 'POST', path, headers, body: '{}' })).status).toBe(200);
    await expect(client.query('supportChat.userListDialogs')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('does not read more than a sign-in can hold', async () => {
    const body = JSON.stringify({ email: people.anna.email, password: 'x'.repeat(5_000_000) });
    const headers = { 'content-type': 'application/json' };
    const told = await server.anonymous().raw({ method: 'POST', path: '/api/auth/sign-in/email', headers, body });
    expect(told.status).toBe(413);
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    const untold = await server
      .anonymous()
      .raw({ method: 'POST', path: '/api/auth/sign-in/email', headers: chunked, body });
    expect(untold.status).toBe(413);
  });

  it.each(['not json', '[]', '"x"', '{"email":5,"password":[]}', ''])('takes %j for a bad request', async (body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await server.anonymous().raw({ method: 'POST', path: '/api/auth/sign-in/email', headers, body });
    expect([400, 422]).toContain(answer.status);
  });
});

describe('with ALLOW_SIGN_UP=false', () => {
  const server = useServer({ env: { ALLOW_SIGN_UP: 'false' } });

  it('nobody makes an account, and those who have one still sign in', async () => {
    const before = await server.database.prisma.user.count();
    const answer = await post(server.anonymous(), 'sign-up/email', newcomer());
    expect(answer.status).toBe(400);
    expect(await server.database.prisma.user.count()).toBe(before);
    expect((await TestClient.signIn(server.url, people.anna.email)).cookie).toBeTruthy();
  });
});

describe('behind https', () => {
  it('the cookie is __Secure-, and is the one that every route reads', async () => {
    const server = await startTestServer({ env: { APP_URL: 'https://chat.example' } });
    try {
      const own = `http://127.0.0.1:${server.port}`;
      const answer = await fetch(`${own}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://chat.example' },
        body: JSON.stringify({ email: people.anna.email, password: PASSWORD }),
      });
      const [cookie = ''] = answer.headers.getSetCookie();
      expect(cookie).toMatch(/^__Secure-better-auth\.session_token=[^;]+;.*; Secure/);
      const [pair = ''] = cookie.split(';');
      const status = async (value: string) =>
        (await fetch(`${own}/api/trpc/supportChat.userListDialogs?input=%7B%7D`, { headers: { cookie: value } }))
          .status;
      expect(await status(pair)).toBe(200);
      expect(await status(pair.replace('__Secure-', ''))).toBe(401);
      const foreign = await fetch(`${own}/api/auth/sign-out`, {
        method: 'POST',
        headers: { cookie: pair, origin: own },
      });
      expect(foreign.status).toBe(403);
    } finally {
      await server.close();
    }
  });
});

describe('a database that fails during a sign-in', () => {
  const server = useServer();

  it('is told in our JSON, and a wrong password stays a refusal', async () => {
    const signIn = (password: string) =>
      post(server.anonymous(), 'sign-in/email', { email: people.anna.email, password });
    expect((await signIn('not the password')).status).toBe(401);
    await server.database.pool.query('ALTER TABLE "Session" RENAME TO "SessionGone"');
    const failed = await signIn(PASSWORD);
    await server.database.pool.query('ALTER TABLE "SessionGone" RENAME TO "Session"');
    expect(failed.status).toBe(500);
    expect(await failed.json()).toMatchObject({ error: { code: 'INTERNAL_ERROR' } });
    expect((await signIn(PASSWORD)).status).toBe(200);
  });
});

describe('what goes wrong while signing in', () => {
  const lines: string[] = [];
  const server = useServer({ log: createLog('error', { write: (line) => void lines.push(line) }) });

  it('is told in our log, one line for each, whatever a stranger sent', async () => {
    const forged = encodeURIComponent('https://evil.test\n{"level":"error","msg":"forged"}');
    await server.anonymous().fetch(`/api/auth/verify-email?token=x&callbackURL=${forged}`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', msg: 'signing in' });
  });
});

describe('a session cookie', () => {
  const server = useServer();

  it('counts only as we signed it', async () => {
    const anna = await server.as('anna');
    const [name = '', value = ''] = (anna.cookie ?? '').split('=', 2);
    const [token = '', signature = ''] = decodeURIComponent(value).split('.');
    const status = async (cookie: string) =>
      (await anna.raw({ path: '/api/trpc/supportChat.userListDialogs?input=%7B%7D', headers: { cookie } })).status;
    expect(await status(`other=1; ${name}=${value}; more=2`)).toBe(200);
    const forged = [
      `${token}x.${signature}`,
      `${token}.`,
      `${token}`,
      `.${signature}`,
      `${token}.${signature.slice(1)}A`,
      `${token}.${Buffer.alloc(32).toString('base64')}`,
    ];
    for (const made of forged) expect(await status(`${name}=${encodeURIComponent(made)}`), made).toBe(401);
    expect(await status(`${name}=${'a.'.repeat(5000)}`)).toBe(401);
    const other = new SessionCookie({ appUrl: 'http://x', authSecret: 'another secret of thirty-two characters' });
    expect(other.readToken(anna.cookie ?? undefined)).toBeNull();
  });
});

describe('a new AUTH_SECRET', () => {
  const database = useDatabase();
  const secrets = {
    before: 'the secret of before, thirty-two characters',
    now: 'the secret of now, thirty-two characters',
  };
  const start = (env: Record<string, string>) =>
    startTestServer({ env, database: Object.assign(database, { close: async () => {} }) });
  const mayReadLists = async (server: TestServer, { cookie }: TestClient) => {
    const path = '/api/trpc/supportChat.userListDialogs?input=%7B%7D';
    return (await new TestClient(server.url, cookie).fetch(path)).status;
  };

  it('signs nobody out while the one before is named, and everybody once it is not', async () => {
    const old = await start({ AUTH_SECRET: secrets.before });
    const anna = await old.as('anna');
    await old.close();
    const rotated = await start({ AUTH_SECRET: secrets.now, AUTH_SECRET_PREVIOUS: secrets.before });
    expect(await mayReadLists(rotated, anna)).toBe(200);
    const later = await TestClient.signIn(rotated.url, 'anna@demo.test');
    await rotated.close();
    const settled = await start({ AUTH_SECRET: secrets.now });
    expect(await mayReadLists(settled, anna)).toBe(401);
    expect(await mayReadLists(settled, later)).toBe(200);
    await settled.close();
  });

  it("is used by better-auth's own addresses too: a session of before is found, and signed out", async () => {
    const old = await start({ AUTH_SECRET: secrets.before });
    const boris = await old.as('boris');
    await old.close();
    const rotated = await start({ AUTH_SECRET: secrets.now, AUTH_SECRET_PREVIOUS: secrets.before });
    const client = new TestClient(rotated.url, `theme=dark; ${boris.cookie}; lang=ru`);
    const session = await (await client.fetch('/api/auth/get-session')).json();
    expect(session).toMatchObject({ user: { email: 'boris@demo.test' } });
    expect((await client.fetch('/api/auth/sign-out', { method: 'POST' })).status).toBe(200);
    expect(await mayReadLists(rotated, boris)).toBe(401);
    await rotated.close();
  });
});
