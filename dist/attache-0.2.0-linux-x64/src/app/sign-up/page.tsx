import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { AuthPage } from '#features/account/_ui/auth-page.tsx';
import { CredentialsForm } from '#features/account/_ui/credentials-form.tsx';
import { getCurrentUser, getPageSettings } from '../current-user.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auth.signUp'))('title') };
}

export default async function SignUpPage() {
  const { allowSignUp, demo } = await getPageSettings();
  if (!allowSignUp) notFound();
  if (await getCurrentUser()) redirect('/');
  const t = await getTranslations('auth.signUp');
  return (
    <AuthPage title={t('title')} lead={t('lead')}>
      <CredentialsForm mode="sign-up" nextPath="/" allowSignUp demo={demo} />
    </AuthPage>
  );
}
