import { tellSession } from '#shared/ui/session-channel.ts';

export type AuthFailure =
  | 'credentials'
  | 'emailTaken'
  | 'tooMany'
  | 'closed'
  | 'passwordShort'
  | 'emailInvalid'
  | 'network'
  | 'unknown';

/** better-auth's default; the server repeats the check. */
export const minPasswordLength = 8;

const failuresByCode: Record<string, AuthFailure> = {
  INVALID_EMAIL_OR_PASSWORD: 'credentials',
  INVALID_PASSWORD: 'credentials',
  USER_ALREADY_EXISTS: 'emailTaken',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'emailTaken',
  EMAIL_PASSWORD_SIGN_UP_DISABLED: 'closed',
  SIGN_UP_DISABLED: 'closed',
  PASSWORD_TOO_SHORT: 'passwordShort',
  INVALID_EMAIL: 'emailInvalid',
};

/** What went wrong, in our words; the answer's own text is never shown, it knows no Russian. */
export function failureOf(status: number, code: unknown): AuthFailure {
  const known = typeof code === 'string' ? failuresByCode[code] : undefined;
  if (known) return known;
  if (status === 401) return 'credentials';
  if (status === 429) return 'tooMany';
  if (status === 403 || status === 404) return 'closed';
  return 'unknown';
}

async function post(path: string, body: Record<string, string>): Promise<AuthFailure | null> {
  try {
    const response = await fetch(`/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) return null;
    const answer: { code?: unknown; error?: { code?: unknown } } = await response.json().catch(() => ({}));
    return failureOf(response.status, answer.code ?? answer.error?.code);
  } catch {
    return 'network';
  }
}

/** Null when signed in: the session cookie is set. */
export async function signIn(input: { email: string; password: string }): Promise<AuthFailure | null> {
  const failure = await post('sign-in/email', input);
  if (!failure) tellSession('signed-in');
  return failure;
}

/** Null when the account is made and signed in. */
export async function signUp(input: { name: string; email: string; password: string }): Promise<AuthFailure | null> {
  const failure = await post('sign-up/email', input);
  if (!failure) tellSession('signed-in');
  return failure;
}

/** Null when signed out, here and in the other tabs. */
export async function signOut(): Promise<AuthFailure | null> {
  const failure = await post('sign-out', {});
  if (!failure) tellSession('signed-out');
  return failure;
}
