import { cleanPersonName, MAX_NAME_LENGTH } from '#entities/account/_domain/person-name.ts';
import type { PersonRepository } from '#entities/account/_repositories/person-repository.ts';

/** What the operator can mend: another address, another password. */
export class CreateAdminError extends Error {
  override readonly name = 'CreateAdminError';
}

/** better-auth's own limits at sign-up (src/server/auth/create-auth.ts). */
const MIN_PASSWORD_LENGTH = 8;
const MAX_PASSWORD_LENGTH = 128;

export interface NewAdmin {
  email: string;
  name: string;
  password: string;
}

/**
 * Makes the first administrator of an installation, or another one.
 * @throws CreateAdminError when the address, the name or the password will not do, or the address has an account
 */
export async function createAdmin(
  people: Pick<PersonRepository, 'createWithPassword'>,
  hashPassword: (password: string) => Promise<string>,
  { email, name, password }: NewAdmin,
): Promise<{ userId: string; email: string; role: 'ADMIN' }> {
  const address = email.trim().toLowerCase();
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) throw new CreateAdminError(`${email} is not an e-mail address`);
  const cleanName = cleanPersonName(name);
  if (cleanName === null) throw new CreateAdminError(`the name must have 1 to ${MAX_NAME_LENGTH} characters`);
  if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH) {
    throw new CreateAdminError(`the password must have ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`);
  }
  const passwordHash = await hashPassword(password);
  const created = await people.createWithPassword({ email: address, name: cleanName, role: 'ADMIN', passwordHash });
  if (!created) throw new CreateAdminError(`${address} has an account already; an administrator can change its role`);
  return { userId: created.id, email: address, role: 'ADMIN' };
}
