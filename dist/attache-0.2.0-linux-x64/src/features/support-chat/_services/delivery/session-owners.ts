const MAX_REMEMBERED = 20_000;

/**
 * Which user a session token belongs to, as earlier look-ups found out. A token never changes hands, so this may be
 * remembered; whether the session still lives is asked with every request. It lets the rate limit be counted per user
 * before the database is asked.
 */
export class SessionOwners {
  readonly #userIdByToken = new Map<string, string>();

  get(token: string): string | null {
    return this.#userIdByToken.get(token) ?? null;
  }

  remember(token: string, userId: string): void {
    if (this.#userIdByToken.has(token)) return;
    if (this.#userIdByToken.size >= MAX_REMEMBERED) this.#userIdByToken.clear();
    this.#userIdByToken.set(token, userId);
  }
}
