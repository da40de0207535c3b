'use client';

import { CircleAlert } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Button } from '#shared/ui/button.tsx';
import { Field, Input } from '#shared/ui/input.tsx';
import { minPasswordLength } from './auth-client.ts';
import type { CredentialField } from './credentials.ts';
import { DemoAccounts } from './demo-accounts.tsx';
import { PasswordInput } from './password-input.tsx';
import { useCredentialsForm } from './use-credentials-form.ts';

export interface CredentialsFormProps {
  mode: 'sign-in' | 'sign-up';
  /** A path of this site to load after success. */
  nextPath: string;
  allowSignUp: boolean;
  demo: boolean;
}

export function CredentialsForm({ mode, nextPath, allowSignUp, demo }: CredentialsFormProps) {
  const t = useTranslations('auth');
  const { form, value, problems, failure, busy, set, fill, submit } = useCredentialsForm(mode, nextPath);
  const isSignUp = mode === 'sign-up';
  const errorOf = (field: CredentialField) =>
    problems[field] && t(`errors.${problems[field]}`, { min: minPasswordLength });
  const bind = (field: CredentialField) => ({
    name: field,
    value: value[field],
    disabled: busy,
    onChange: (event: { target: { value: string } }) => set(field, event.target.value),
  });

  return (
    <>
      {/* `post`: sent before the script is there, a password must not land in the address. */}
      <form ref={form} method="post" noValidate onSubmit={submit} className="flex flex-col gap-4">
        {failure ? <Failure>{t(`errors.${failure}`, { min: minPasswordLength })}</Failure> : null}
        {isSignUp ? (
          <Field label={t('name')} hint={t('nameHint')} error={errorOf('name')}>
            {(control) => <Input {...control} {...bind('name')} autoComplete="name" autoFocus maxLength={100} />}
          </Field>
        ) : null}
        <Field label={t('email')} error={errorOf('email')}>
          {(control) => (
            <Input
              {...control}
              {...bind('email')}
              type="email"
              inputMode="email"
              autoComplete={isSignUp ? 'email' : 'username'}
              autoCapitalize="none"
              spellCheck={false}
              autoFocus={!isSignUp}
            />
          )}
        </Field>
        <Field
          label={t('password')}
          hint={isSignUp ? t('passwordHint', { min: minPasswordLength }) : undefined}
          error={errorOf('password')}
        >
          {(control) => (
            <PasswordInput
              {...control}
              {...bind('password')}
              autoComplete={isSignUp ? 'new-password' : 'current-password'}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" size="lg" busy={busy} className="mt-1">
          {t(isSignUp ? 'signUp.submit' : 'signIn.submit')}
        </Button>
      </form>
      {allowSignUp ? (
        <p className="mt-5 text-base text-muted">
          {t(isSignUp ? 'signUp.haveAccount' : 'signIn.noAccount')}{' '}
          <Link
            href={isSignUp ? '/sign-in' : '/sign-up'}
            className="rounded-xs font-medium text-accent-text underline decoration-accent/40 underline-offset-4 hover:decoration-accent"
          >
            {t(isSignUp ? 'signUp.toSignIn' : 'signIn.toSignUp')}
          </Link>
        </p>
      ) : null}
      {demo && !isSignUp ? <DemoAccounts disabled={busy} onChoose={fill} /> : null}
    </>
  );
}

function Failure({ children }: { children: string }) {
  return (
    <p
      role="alert"
      className="flex items-start gap-2.5 rounded-md bg-danger-soft px-3 py-2.5 text-base text-danger-text"
    >
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      {children}
    </p>
  );
}
