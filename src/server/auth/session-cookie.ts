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
  readonly #previousSecret: string | null;
  /** Values whose signature was found right: a function of the value alone, so it may be remembered. */
  readonly #tokenByValue = new Map<string, string>();

  constructor(settings: { appUrl: string; authSecret: string; previousAuthSecret?: string | null }) {
    this.#name = `${settings.appUrl.startsWith('https:') ? '__Secure-' : ''}better-auth.session_token`;
    this.#secret = settings.authSecret;
    this.#previousSecret = settings.previousAuthSecret ?? null;
  }

  /**
   * A `Cookie` field for better-auth, which knows the present secret alone: a session signed by the previous one comes with
   * a signature of the present one.
   */
  renewSignature(cookieHeader: string | undefined): string | undefined {
    const value = readCookie(cookieHeader, this.#name);
    const token = this.#previousSecret === null ? null : this.readToken(cookieHeader);
    if (value === null || token === null || isSignedBy(this.#secret, value)) return cookieHeader;
    const renewed = encodeURIComponent(`${token}.${sign(this.#secret, token).toString('base64')}`);
    const others = (cookieHeader ?? '').split(';').filter((cookie) => !cookie.trim().startsWith(`${this.#name}=`));
    return [`${this.#name}=${renewed}`, ...others.map((cookie) => cookie.trim())].join('; ');
  }

  /** The session token, or null when the cookie is missing or not signed by us. */
  readToken(cookieHeader: string | undefined): string | null {
    const value = readCookie(cookieHeader, this.#name);
    if (value === null || value.length > 512) return null;
    return this.#tokenByValue.get(value) ?? this.#verify(value);
  }

  #verify(value: string): string | null {
    if (![this.#secret, this.#previousSecret].some((secret) => isSignedBy(secret, value))) return null;
    if (this.#tokenByValue.size >= MAX_REMEMBERED) this.#tokenByValue.clear();
    const token = value.slice(0, value.lastIndexOf('.'));
    this.#tokenByValue.set(value, token);
    return token;
  }
}

function sign(secret: string, token: string): Buffer {
  return createHmac('sha256', secret).update(token).digest();
}

function isSignedBy(secret: string | null, value: string): boolean {
  const dot = value.lastIndexOf('.');
  if (secret === null || dot < 1) return false;
  const expected = sign(secret, value.slice(0, dot));
  const given = Buffer.from(value.slice(dot + 1), 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
