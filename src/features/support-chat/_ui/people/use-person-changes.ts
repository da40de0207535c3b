import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { toast } from '#shared/ui/toast.tsx';
import type { PersonDto } from '../../_api/types.ts';
import { useTrpc } from '../engine/trpc.ts';

/** Shows a change at once and takes it back when the server refuses. */
export function usePersonChanges(person: PersonDto) {
  const t = useTranslations('people');
  const trpc = useTrpc();
  const queryClient = useQueryClient();
  const settle = () => queryClient.invalidateQueries(trpc.people.list.pathFilter());
  const onError = () => toast(t('failed'), { tone: 'danger' });
  const role = useMutation(
    trpc.people.setRole.mutationOptions({
      onError,
      onSettled: settle,
      onSuccess: (saved) => toast(t('roleChanged', { name: saved.name, role: saved.role })),
    }),
  );
  const access = useMutation(
    trpc.people.setCanManageSupportChats.mutationOptions({
      onError,
      onSettled: settle,
      onSuccess: (saved) =>
        toast(t(saved.canManageSupportChats ? 'accessGranted' : 'accessWithdrawn', { name: saved.name })),
    }),
  );
  return {
    /** The person as they will be once the running change is saved. */
    shown: {
      ...person,
      role: role.isPending ? role.variables.role : person.role,
      canManageSupportChats: access.isPending ? access.variables.value : person.canManageSupportChats,
    },
    busy: role.isPending || access.isPending,
    setRole: (next: PersonDto['role']) => role.mutate({ userId: person.id, role: next }),
    setAccess: (value: boolean) => access.mutate({ userId: person.id, value }),
  };
}
