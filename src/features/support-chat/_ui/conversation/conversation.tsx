import { MessagesSquare, WifiOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import type { MessageDto } from '../../_api/types.ts';
import { Composer } from '../composer/composer.tsx';
import { DropOverlay } from '../composer/drop-overlay.tsx';
import { useComposer } from '../composer/use-composer.ts';
import { useFilesFromOutside } from '../composer/use-files-from-outside.ts';
import { readErrorCode } from '../engine/chat-client.ts';
import { sideOf } from '../engine/current-user.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { LightboxHost } from '../lightbox/lightbox-host.tsx';
import { ConversationSearchContext, useConversationSearch } from '../search/conversation-search.ts';
import { JumpContext, useJump } from '../search/jump.ts';
import { ConversationSkeleton } from './conversation-skeleton.tsx';
import { MessageActionsContext } from './message-actions.ts';
import { MessageList } from './message-list.tsx';
import { TypingLine } from './typing-line.tsx';
import { useAnnouncement } from './use-announcement.ts';
import { useChangeMessage } from './use-change-message.ts';
import { useConversationMessages } from './use-conversation-messages.ts';
import { useConversationOutgoing } from './use-conversation-outgoing.ts';
import { type MessagePaging, useMessagePaging } from './use-message-paging.ts';

// What a reader may never ask for is not in the first script.
const SearchBar = lazy(() => import('../search/search-bar.tsx'));
const DayModal = lazy(() => import('../search/day-modal.tsx'));
const DeleteModal = lazy(() => import('./delete-modal.tsx'));

export interface ConversationProps {
  dialogId: string;
  /** Stands above the messages: whose dialog this is, and the way back on a phone. */
  header?: ReactNode;
  /** Instead of the composer, for a dialog that takes no messages. */
  footer?: ReactNode;
  /** Puts the caret into the composer on opening (not on touch screens). */
  autoFocus?: boolean;
  /** The message to show instead of the newest ones. */
  target?: { messageId: string } | null;
}

/** One dialog, for the customer and for support alike. Fills its parent's height. */
export function Conversation(props: ConversationProps) {
  // Another dialog is another life: scroll position, unread line and editing start afresh.
  return <OpenConversation key={props.dialogId} {...props} />;
}

function OpenConversation({ dialogId, header, footer, autoFocus = true, target = null }: ConversationProps) {
  const { currentUser } = useChat();
  const source = useConversationMessages(dialogId);
  const composer = useComposer(dialogId);
  const isFileOver = useFilesFromOutside(footer ? null : composer.addFiles);
  const announcement = useAnnouncement(dialogId);
  const paging = useMessagePaging(dialogId, source.data);
  const search = useConversationSearch();
  const jump = useJump(target);
  const { edit, remove } = useChangeMessage();
  const [editing, setEditing] = useState<MessageDto | null>(null);
  const [deleting, setDeleting] = useState<MessageDto | null>(null);

  const editLast = () => {
    const isOwnText = (m: MessageDto) => m.sender?.id === currentUser.id && m.deletedAt === null && m.text !== null;
    // In the middle of the conversation the last thing said is not at hand.
    if (!paging.hasNewer) setEditing(source.messages.findLast(isOwnText) ?? null);
  };
  const actions = useMemo(() => ({ edit: setEditing, askToDelete: setDeleting }), []);
  const attachments = useMemo(() => source.messages.flatMap((message) => message.attachments), [source.messages]);

  return (
    <LightboxHost attachments={attachments}>
      <JumpContext value={jump}>
        <ConversationSearchContext value={search}>
          <div className="relative flex h-full min-h-0 min-w-0 flex-col bg-chat-ground">
            {header}
            {search.isOpen ? (
              <Suspense>
                <SearchBar dialogId={dialogId} onClose={search.close} />
              </Suspense>
            ) : null}
            <MessageActionsContext value={actions}>
              <Messages dialogId={dialogId} source={source} paging={paging} />
            </MessageActionsContext>
            <div className="mx-auto w-full max-w-4xl">
              <TypingLine dialogId={dialogId} />
              {isGone(source)
                ? null
                : (footer ?? (
                    <Composer
                      composer={composer}
                      onSend={() => composer.send()}
                      editing={editing}
                      onEditDone={(text) => {
                        if (editing && text !== editing.text) void edit(editing, text);
                        setEditing(null);
                      }}
                      onEditCancel={() => setEditing(null)}
                      onEditLast={editLast}
                      autoFocus={autoFocus}
                    />
                  ))}
            </div>
            <p aria-live="polite" className="sr-only">
              {announcement}
            </p>
            {isFileOver ? <DropOverlay /> : null}
            {jump.day ? (
              <Suspense>
                <DayModal from={jump.day} onGo={jump.go} onClose={() => jump.chooseDay(null)} />
              </Suspense>
            ) : null}
            {deleting ? (
              <Suspense>
                <DeleteModal
                  message={deleting}
                  onClose={() => setDeleting(null)}
                  onConfirm={(message) => void remove(message)}
                />
              </Suspense>
            ) : null}
          </div>
        </ConversationSearchContext>
      </JumpContext>
    </LightboxHost>
  );
}

interface MessagesProps {
  dialogId: string;
  source: ReturnType<typeof useConversationMessages>;
  paging: MessagePaging;
}

function Messages({ dialogId, source, paging }: MessagesProps) {
  const t = useTranslations('conversation');
  const outgoing = useConversationOutgoing(dialogId, source.messages);
  if (source.isError && !source.data)
    return <LoadFailed isGone={isGone(source)} onRetry={() => void source.refetch()} />;
  if (!source.data) return <ConversationSkeleton dialogId={dialogId} label={t('loading')} />;
  if (source.messages.length === 0 && outgoing.length === 0) {
    return (
      <EmptyState icon={<MessagesSquare />} title={t('emptyTitle')} className="flex-1">
        {t('emptyBody')}
      </EmptyState>
    );
  }
  return <MessageList dialogId={dialogId} source={source} paging={paging} />;
}

/** There is nothing to write to. */
function isGone({ data, error }: Pick<ReturnType<typeof useConversationMessages>, 'data' | 'error'>): boolean {
  const code = readErrorCode(error);
  return !data && (code === 'NOT_FOUND' || code === 'FORBIDDEN' || code === 'BAD_REQUEST');
}

function LoadFailed({ isGone, onRetry }: { isGone: boolean; onRetry: () => void }) {
  const t = useTranslations('conversation');
  const side = sideOf(useChat().currentUser);
  return (
    <EmptyState
      icon={isGone ? <MessagesSquare /> : <WifiOff />}
      title={isGone ? t('goneTitle', { side }) : t('failedTitle')}
      className="flex-1"
      action={isGone ? null : <Button onClick={onRetry}>{t('retry')}</Button>}
    >
      {isGone ? t('goneBody', { side }) : t('failedBody')}
    </EmptyState>
  );
}
