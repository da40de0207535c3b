import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { AuthPage } from '#features/account/_ui/auth-page.tsx';
import { CredentialsForm } from '#features/account/_ui/credentials-form.tsx';
import { safeNextPath } from '#features/account/_ui/next-path.ts';
import { getCurrentUser, getPageSettings } from '../current-user.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auth.signIn'))('title') };
}

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const nextPath = safeNextPath((await searchParams).next);
  if (await getCurrentUser()) redirect(nextPath);
  const t = await getTranslations('auth.signIn');
  const { allowSignUp, demo } = await getPageSettings();
  return (
    <AuthPage title={t('title')} lead={t('lead')}>
      <CredentialsForm mode="sign-in" nextPath={nextPath} allowSignUp={allowSignUp} demo={demo} />
    </AuthPage>
  );
}
