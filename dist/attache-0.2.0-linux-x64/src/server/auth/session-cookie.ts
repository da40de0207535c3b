import { createHmac, timingSafeEqual } from 'node:crypto';
import { readCookie } from '#shared/http/cookie.ts';

const MAX_REMEMBERED = 20_000;

/**
 * Reads better-auth's session cookie without better-auth: `<token>.<base64 HMAC-SHA-256 of the token>`, URL-encoded.
 * Checking the signature first keeps made-up tokens away from the database; the session row decides the rest.
 */
export class SessionCookie {
  readonly #name: string;
  readonly #secret: string;
  /** Values whose signature was found right: a function of the value alone, so it may be remembered. */
  readonly #tokenByValue = new Map<string, string>();

  constructor(settings: { appUrl: string; authSecret: string }) {
    this.#name = `${settings.appUrl.startsWith('https:') ? '__Secure-' : ''}better-auth.session_token`;
    this.#secret = settings.authSecret;
  }

  /** The session token, or null when the cookie is missing or not signed by us. */
  readToken(cookieHeader: string | undefined): string | null {
    const value = readCookie(cookieHeader, this.#name);
    if (value === null || value.length > 512) return null;
    return this.#tokenByValue.get(value) ?? this.#verify(value);
  }

  #verify(value: string): string | null {
    const dot = value.lastIndexOf('.');
    if (dot < 1) return null;
    const token = value.slice(0, dot);
    const expected = createHmac('sha256', this.#secret).update(token).digest();
    const given = Buffer.from(value.slice(dot + 1), 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    if (this.#tokenByValue.size >= MAX_REMEMBERED) this.#tokenByValue.clear();
    this.#tokenByValue.set(value, token);
    return token;
  }
}
