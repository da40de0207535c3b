import { LogOut, Monitor, Moon, Sun } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { localeNames, locales } from '#shared/i18n/locales.ts';
import { DropdownMenu, MenuItem, MenuRadioGroup, MenuSeparator } from '#shared/ui/dropdown-menu.tsx';
import { toast } from '#shared/ui/toast.tsx';
import { AccountButton, type AccountMenuProps } from './account-menu.tsx';
import { signOut } from './auth-client.ts';
import { useLanguage } from './language-switch.tsx';
import { sectionIcons } from './staff-sections.ts';
import { useTheme } from './use-theme.ts';

/** The menu itself, open from the start: it is loaded by the press that asks for it. */
export default function OpenAccountMenu({ currentUser, side = 'bottom', sections = [] }: AccountMenuProps) {
  const t = useTranslations('common');
  const { theme, choose: chooseTheme } = useTheme();
  const { locale, choose: chooseLocale } = useLanguage();

  const leave = async () => {
    const failure = await signOut();
    if (failure) toast(t('account.signOutFailed'), { tone: 'danger' });
    else window.location.assign('/sign-in');
  };

  return (
    <DropdownMenu
      side={side}
      align="end"
      className="w-60"
      defaultOpen
      trigger={<AccountButton name={currentUser.name} seed={currentUser.id} />}
    >
      <div className="px-2.5 pt-1.5 pb-2">
        <p className="truncate text-base font-medium">{currentUser.name}</p>
        <p className="truncate text-sm text-muted">{currentUser.email}</p>
        <p className="mt-0.5 text-sm text-muted">{t('account.role', { role: currentUser.role })}</p>
      </div>
      <MenuSeparator />
      {sections.map(({ href, name }) => {
        const Icon = sectionIcons[name];
        return (
          <MenuItem key={href} asChild>
            <Link href={href}>
              <Icon aria-hidden="true" />
              {t(`nav.${name}`)}
            </Link>
          </MenuItem>
        );
      })}
      {sections.length > 0 ? <MenuSeparator /> : null}
      <MenuRadioGroup
        label={t('theme.label')}
        value={theme}
        onChange={chooseTheme}
        options={[
          { value: 'system', label: t('theme.system'), icon: <Monitor aria-hidden="true" /> },
          { value: 'light', label: t('theme.light'), icon: <Sun aria-hidden="true" /> },
          { value: 'dark', label: t('theme.dark'), icon: <Moon aria-hidden="true" /> },
        ]}
      />
      <MenuSeparator />
      <MenuRadioGroup
        label={t('language.label')}
        value={locale}
        onChange={chooseLocale}
        options={locales.map((value) => ({ value, label: localeNames[value], lang: value }))}
      />
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => void leave()}>
        {t('account.signOut')}
      </MenuItem>
    </DropdownMenu>
  );
}
