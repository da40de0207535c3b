import { useMutation } from '@tanstack/react-query';
import { Archive, ArchiveRestore } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { toast } from '#shared/ui/toast.tsx';
import { refreshConversationLists } from '../engine/conversation-messages.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { useTrpc } from '../engine/trpc.ts';

export interface CloseToggleProps {
  dialogId: string;
  isClosed: boolean;
  onChange: (closedAt: string | null) => void;
}

/** Puts a conversation aside, or takes it up again. The customer's next message opens it by itself. */
export function CloseToggle({ dialogId, isClosed, onChange }: CloseToggleProps) {
  const t = useTranslations('inbox.staff');
  const trpc = useTrpc();
  const { engine } = useChat();
  const outcome = {
    onSuccess: ({ closedAt }: { closedAt: string | null }) => {
      onChange(closedAt);
      refreshConversationLists(engine.client);
      toast(t(isClosed ? 'opened' : 'closedNow'));
    },
    onError: () => toast(t('closeFailed'), { tone: 'danger' as const }),
  };
  const close = useMutation(trpc.supportChat.closeDialog.mutationOptions(outcome));
  const open = useMutation(trpc.supportChat.openDialog.mutationOptions(outcome));
  const change = isClosed ? open : close;
  return (
    <IconButton
      label={t(isClosed ? 'openAgain' : 'closeDialog')}
      disabled={close.isPending || open.isPending}
      onClick={() => change.mutate({ dialogId })}
    >
      {isClosed ? <ArchiveRestore aria-hidden="true" /> : <Archive aria-hidden="true" />}
    </IconButton>
  );
}
