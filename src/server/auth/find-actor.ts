import type { Pool } from 'pg';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { SessionCookie } from './session-cookie.ts';

interface ActorRow extends Omit<Actor, 'userId'> {
  id: string;
}

const FIND_ACTOR = {
  name: 'find-actor',
  text: `SELECT u.id, u.name, u.email, u.role, coalesce(p."canManageSupportChats", false) AS "canManageSupportChats"
FROM "Session" s
JOIN "User" u ON u.id = s."userId"
LEFT JOIN "StaffPermission" p ON p."userId" = u.id
WHERE s.token = $1 AND s."expiresAt" > now() AT TIME ZONE 'UTC'`,
};

/** From a request's cookies to who asks. */
export class ActorFinder {
  readonly #pool: Pool;
  readonly #cookie: SessionCookie;

  constructor(pool: Pool, cookie: SessionCookie) {
    this.#pool = pool;
    this.#cookie = cookie;
  }

  /** Null without a cookie of ours, or when the session expired, was signed out or its user is gone. One statement. */
  async find(cookieHeader: string | undefined): Promise<Actor | null> {
    return (await this.#findSession(cookieHeader))?.actor ?? null;
  }

  /** @throws ChatError UNAUTHORIZED */
  async require(cookieHeader: string | undefined): Promise<Actor> {
    return (await this.requireSession(cookieHeader)).actor;
  }

  /** The same with the token, for streams that look again whether their session still lives. @throws as `require` */
  async requireSession(cookieHeader: string | undefined): Promise<{ actor: Actor; sessionToken: string }> {
    const session = await this.#findSession(cookieHeader);
    if (session === null) throw new ChatError('UNAUTHORIZED', 'Sign in first.');
    return session;
  }

  async #findSession(cookieHeader: string | undefined): Promise<{ actor: Actor; sessionToken: string } | null> {
    const token = this.#cookie.readToken(cookieHeader);
    if (token === null) return null;
    const { rows } = await this.#pool.query<ActorRow>({ ...FIND_ACTOR, values: [token] });
    const row = rows[0];
    if (!row) return null;
    const { id, ...rest } = row;
    return { actor: { userId: id, ...rest }, sessionToken: token };
  }
}
