import { useTranslations } from 'next-intl';
import { Avatar } from '#shared/ui/avatar.tsx';

const accounts = ['anna', 'boris', 'sofia', 'nikita', 'admin'] as const;
const demoPassword = 'attache-demo';

/** A row of the demo installation's accounts (CONTRACT.md 1); pressing one fills in the form, the reader still submits. */
export function DemoAccounts({
  disabled,
  onChoose,
}: {
  disabled: boolean;
  onChoose: (email: string, password: string) => void;
}) {
  const t = useTranslations('auth.demo');
  return (
    <section aria-labelledby="demo-title" className="mt-8 border-t border-line pt-5">
      <h2 id="demo-title" className="text-sm font-medium">
        {t('title')} <span className="font-normal text-muted">{t('hint')}</span>
      </h2>
      <ul className="mt-3 flex flex-wrap gap-1.5">
        {accounts.map((account) => (
          <li key={account}>
            <button
              type="button"
              disabled={disabled}
              onClick={() => onChoose(`${account}@demo.test`, demoPassword)}
              className="flex h-9 items-center gap-2 rounded-full border border-line bg-raised py-1 pr-3 pl-1 text-sm transition-colors hover:border-line-strong hover:bg-hover disabled:opacity-55"
            >
              <Avatar name={account} seed={account} size="xs" />
              <span className="font-medium">{account}</span>
              <span className="text-muted">{t(account)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
