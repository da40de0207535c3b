import { minPasswordLength } from './auth-client.ts';

export interface Credentials {
  name: string;
  email: string;
  password: string;
}

export type CredentialField = keyof Credentials;
export type CredentialProblem = 'nameMissing' | 'emailInvalid' | 'passwordMissing' | 'passwordShort';
export type CredentialProblems = Partial<Record<CredentialField, CredentialProblem>>;

/** Only what is surely wrong: whether an address exists is for the mail to say. */
const emailShape = /^[^\s@]+@[^\s@]+$/;

/** An existing password is only asked to be there: its rules may have been others when it was chosen. */
export function findProblems(mode: 'sign-in' | 'sign-up', value: Credentials): CredentialProblems {
  const problems: CredentialProblems = {};
  if (mode === 'sign-up' && !value.name.trim()) problems.name = 'nameMissing';
  if (!emailShape.test(value.email.trim())) problems.email = 'emailInvalid';
  if (!value.password) problems.password = 'passwordMissing';
  else if (mode === 'sign-up' && value.password.length < minPasswordLength) problems.password = 'passwordShort';
  return problems;
}
