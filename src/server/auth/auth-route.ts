import { toNodeHandler } from 'better-auth/node';
import type { Exchange, Route } from '#server/http/route.ts';
import type { Auth } from './create-auth.ts';

const PREFIX = '/api/auth/';

/** better-auth's own endpoints (CONTRACT.md 3). */
export class AuthRoute implements Route {
  readonly #handler: ReturnType<typeof toNodeHandler>;

  constructor(auth: Auth) {
    this.#handler = toNodeHandler(auth);
  }

  matches(path: string): boolean {
    return path.startsWith(PREFIX);
  }

  async handle({ request, response }: Exchange): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');
    await this.#handler(request, response);
  }
}
