import { useFormatter, useTranslations } from 'next-intl';
import { Switch } from 'radix-ui';
import { useState } from 'react';
import { Avatar } from '#shared/ui/avatar.tsx';
import { Badge } from '#shared/ui/badge.tsx';
import { ConfirmModal } from '#shared/ui/confirm-modal.tsx';
import { Select } from '#shared/ui/select.tsx';
import type { PersonDto } from '../../_api/types.ts';
import { usePersonChanges } from './use-person-changes.ts';

const roles: readonly PersonDto['role'][] = ['USER', 'STAFF', 'ADMIN'];
const cell = 'px-4 py-2.5 align-middle max-md:px-0 max-md:py-0';

export function PersonRow({ person, isSelf }: { person: PersonDto; isSelf: boolean }) {
  const t = useTranslations('people');
  const format = useFormatter();
  const { shown, busy, setRole, setAccess } = usePersonChanges(person);
  const [asksAdmin, setAsksAdmin] = useState(false);
  return (
    <tr
      aria-busy={busy || undefined}
      className="border-b border-line last:border-0 max-md:grid max-md:grid-cols-[auto_minmax(0,1fr)] max-md:items-center max-md:gap-x-3 max-md:gap-y-2 max-md:px-4 max-md:py-3.5"
    >
      <th scope="row" className={`${cell} text-left font-normal max-md:col-span-2`}>
        <span className="flex items-center gap-3">
          <Avatar name={person.name} seed={person.id} size="sm" />
          <span className="min-w-0">
            <span className="flex items-center gap-2">
              <span className="truncate font-medium">{person.name}</span>
              {isSelf ? <Badge>{t('you')}</Badge> : null}
            </span>
            <span className="block truncate text-sm text-muted">{person.email}</span>
          </span>
        </span>
      </th>
      <td className={`${cell} max-md:pl-11`}>
        <Select
          value={shown.role}
          disabled={isSelf || busy}
          aria-label={t('role.label', { name: person.name })}
          title={isSelf ? t('ownRole') : undefined}
          onChange={(role) => (role === 'ADMIN' ? setAsksAdmin(true) : setRole(role))}
          options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
        />
      </td>
      <td className={`${cell} max-md:flex max-md:items-center max-md:justify-end max-md:gap-2.5`}>
        <span aria-hidden="true" className="text-sm text-muted md:hidden">
          {shown.role === 'STAFF' ? t('access.short') : null}
        </span>
        <AccessCell shown={shown} busy={busy} onChange={setAccess} />
      </td>
      <td className={`${cell} text-sm text-muted tabular max-md:hidden`}>
        <time dateTime={person.createdAt}>{format.dateTime(new Date(person.createdAt), { dateStyle: 'medium' })}</time>
        {asksAdmin ? (
          <ConfirmModal
            title={t('confirmTitle', { name: person.name })}
            action={t('confirmAction')}
            onConfirm={() => setRole('ADMIN')}
            onClose={() => setAsksAdmin(false)}
          >
            {t('confirmBody')}
          </ConfirmModal>
        ) : null}
      </td>
    </tr>
  );
}

interface AccessCellProps {
  shown: PersonDto;
  busy: boolean;
  onChange: (value: boolean) => void;
}

function AccessCell({ shown, busy, onChange }: AccessCellProps) {
  const t = useTranslations('people.access');
  if (shown.role === 'ADMIN') return <span className="text-sm text-muted">{t('always')}</span>;
  if (shown.role === 'USER') {
    return (
      <span className="text-sm text-muted">
        <span aria-hidden="true" className="max-md:hidden">
          {t('never')}
        </span>
        <span className="sr-only">{t('neverLabel')}</span>
      </span>
    );
  }
  return (
    <Switch.Root
      checked={shown.canManageSupportChats}
      disabled={busy}
      onCheckedChange={onChange}
      aria-label={t('label', { name: shown.name })}
      className="relative block h-6 w-10 shrink-0 rounded-full bg-control transition-colors data-[state=checked]:bg-accent"
    >
      <Switch.Thumb className="block size-4.5 translate-x-[3px] rounded-full bg-raised shadow-bubble transition-transform data-[state=checked]:translate-x-[19px]" />
    </Switch.Root>
  );
}
