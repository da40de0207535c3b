'use client';

import { useTranslations } from 'next-intl';
import { type ComponentProps, lazy, Suspense, useEffect, useState } from 'react';
import { Avatar } from '#shared/ui/avatar.tsx';
import { onSessionNews, type SessionNews } from '#shared/ui/session-channel.ts';
import { signInPath } from '#shared/ui/sign-in-path.ts';
import type { StaffSection } from './staff-sections.ts';

export interface AccountMenuProps {
  currentUser: { id: string; name: string; email: string; role: 'USER' | 'STAFF' | 'ADMIN' };
  side?: 'bottom' | 'right';
  /** Links of the navigation, for screens too small to show it. */
  sections?: readonly StaffSection[];
}

const loadMenu = () => import('./open-account-menu.tsx');
const OpenAccountMenu = lazy(loadMenu);

/** Whoever signs out means the whole browser: no other tab goes on showing what is private. Drafts are kept. */
function leaveWithOtherTab(news: SessionNews): void {
  if (news === 'signed-out') window.location.replace(signInPath());
}

/** Only a button until it is pressed: the menu with all it needs is fetched when a hand or the focus comes near. */
export function AccountMenu(props: AccountMenuProps) {
  const [isWanted, setWanted] = useState(false);
  const { id, name } = props.currentUser;
  useEffect(() => onSessionNews(leaveWithOtherTab), []);
  const button = (
    <AccountButton
      name={name}
      seed={id}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
      onClick={() => setWanted(true)}
    />
  );
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <OpenAccountMenu {...props} />
    </Suspense>
  );
}

export function AccountButton({ name, seed, ...rest }: { name: string; seed: string } & ComponentProps<'button'>) {
  const t = useTranslations('common.account');
  return (
    <button
      type="button"
      {...rest}
      className="rounded-full transition-opacity hover:opacity-85 data-[state=open]:outline-2 data-[state=open]:outline-offset-2 data-[state=open]:outline-focus"
    >
      <Avatar name={name} seed={seed} size="sm" />
      <span className="sr-only">{t('menu', { name })}</span>
    </button>
  );
}
