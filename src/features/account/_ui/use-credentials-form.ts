import { type FormEvent, useLayoutEffect, useRef, useState } from 'react';
import { type AuthFailure, signIn, signUp } from './auth-client.ts';
import { type CredentialField, type CredentialProblems, type Credentials, findProblems } from './credentials.ts';

const fieldOrder: readonly CredentialField[] = ['name', 'email', 'password'];
const empty: Credentials = { name: '', email: '', password: '' };

/** State of the sign-in and sign-up forms. A wrong field gets the focus; after success the whole page is loaded anew. */
export function useCredentialsForm(mode: 'sign-in' | 'sign-up', nextPath: string) {
  const form = useRef<HTMLFormElement>(null);
  const [value, setValue] = useState(empty);
  const [problems, setProblems] = useState<CredentialProblems>({});
  const [failure, setFailure] = useState<AuthFailure | null>(null);
  const [busy, setBusy] = useState(false);

  useLayoutEffect(() => {
    // Typed, or filled in by a password manager, before the scripts were there.
    const early = new FormData(form.current ?? undefined);
    const filled = fieldOrder.flatMap((field) => {
      const text = early.get(field);
      return typeof text === 'string' && text !== '' ? [[field, text] as const] : [];
    });
    if (filled.length > 0) setValue((current) => ({ ...current, ...Object.fromEntries(filled) }));
  }, []);

  const focus = (name: CredentialField) => form.current?.querySelector<HTMLInputElement>(`[name="${name}"]`)?.focus();

  const set = (field: CredentialField, text: string) => {
    setValue((current) => ({ ...current, [field]: text }));
    setProblems((current) => ({ ...current, [field]: undefined }));
    setFailure(null);
  };

  const fill = (email: string, password: string) => {
    setValue({ name: '', email, password });
    setProblems({});
    setFailure(null);
    form.current?.querySelector<HTMLButtonElement>('[type="submit"]')?.focus();
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = findProblems(mode, value);
    setProblems(found);
    const first = fieldOrder.find((field) => found[field]);
    if (first) return focus(first);
    setBusy(true);
    setFailure(null);
    const trimmed = { ...value, name: value.name.trim(), email: value.email.trim() };
    const { email, password } = trimmed;
    const failed = mode === 'sign-in' ? await signIn({ email, password }) : await signUp(trimmed);
    // A full load, not a transition: nothing of a former session may stay in memory.
    if (!failed) return window.location.assign(nextPath);
    setBusy(false);
    setFailure(failed);
    focus(failed === 'emailTaken' || failed === 'emailInvalid' ? 'email' : 'password');
  };

  return { form, value, problems, failure, busy, set, fill, submit };
}
