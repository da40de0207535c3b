import { useTranslations } from 'next-intl';
import { Segments } from './segments.tsx';

export type SearchScope = 'dialogs' | 'messages';

export interface ScopeToggleProps {
  value: SearchScope;
  onChange: (value: SearchScope) => void;
}

/** What the words are looked for in. */
export function ScopeToggle({ value, onChange }: ScopeToggleProps) {
  const t = useTranslations('search');
  return (
    <Segments
      legend={t('scope')}
      options={[
        { value: 'dialogs', label: t('inDialogs') },
        { value: 'messages', label: t('inMessages') },
      ]}
      value={value}
      onChange={onChange}
    />
  );
}
