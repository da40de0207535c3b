'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { BrandMark } from '#shared/ui/brand.tsx';
import { cn } from '#shared/ui/cn.ts';
import { Tooltip } from '#shared/ui/tooltip.tsx';
import { AccountMenu, type AccountMenuProps } from './account-menu.tsx';
import { sectionIcons, staffSections } from './staff-sections.ts';

/** The narrow column at the left of the staff's pages; on small screens the account menu carries the same links. */
export function AppRail({ currentUser }: { currentUser: AccountMenuProps['currentUser'] }) {
  const t = useTranslations('common.nav');
  const pathname = usePathname();
  return (
    <header className="hidden w-14 shrink-0 flex-col items-center border-r border-line bg-canvas py-3 md:flex">
      <BrandMark className="size-7" />
      <nav aria-label={t('label')} className="mt-5 flex-1">
        <ul className="flex flex-col gap-1">
          {staffSections(currentUser.role).map(({ href, name }) => {
            const Icon = sectionIcons[name];
            const isCurrent = pathname === href;
            return (
              <li key={href}>
                <Tooltip label={t(name)} side="right">
                  <Link
                    href={href}
                    aria-label={t(name)}
                    aria-current={isCurrent ? 'page' : undefined}
                    className={cn(
                      'flex size-10 items-center justify-center rounded-md transition-colors',
                      isCurrent ? 'bg-accent-soft text-accent-text' : 'text-muted hover:bg-sunken hover:text-ink',
                    )}
                  >
                    <Icon aria-hidden="true" className="size-5" />
                  </Link>
                </Tooltip>
              </li>
            );
          })}
        </ul>
      </nav>
      <AccountMenu currentUser={currentUser} side="right" />
    </header>
  );
}
