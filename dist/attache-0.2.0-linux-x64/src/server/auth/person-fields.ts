import { APIError, createAuthMiddleware } from 'better-auth/api';
import { cleanPersonName, MAX_NAME_LENGTH } from '#entities/account/_domain/person-name.ts';

/** RFC 5321, 4.5.3.1.3: a path has 256 octets, of which two are its brackets. */
const MAX_EMAIL_LENGTH = 254;

/** Where somebody says who they are. */
const PATHS: ReadonlySet<string> = new Set(['/sign-up/email', '/update-user']);

/** better-auth takes any name and an address of any length; this comes before it. */
export const cleanPersonFields = createAuthMiddleware(async (context) => {
  const body: unknown = context.body;
  if (!PATHS.has(context.path) || typeof body !== 'object' || body === null) return;
  if ('email' in body && typeof body.email === 'string' && body.email.length > MAX_EMAIL_LENGTH) {
    throw refusal('INVALID_EMAIL', 'Invalid email');
  }
  if (!('name' in body) || typeof body.name !== 'string') return;
  const name = cleanPersonName(body.name);
  if (name === null) throw refusal('INVALID_NAME', `A name has 1 to ${MAX_NAME_LENGTH} visible characters.`);
  return { context: { body: { ...body, name } } };
});

function refusal(code: string, message: string): APIError {
  return new APIError('BAD_REQUEST', { code, message });
}
