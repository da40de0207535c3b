import { MessagesSquare, WifiOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';
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
import { useConversationMessages } from './use-conversation-messages.ts';
import { useConversationOutgoing } from './use-conversation-outgoing.ts';
import { useEditing } from './use-editing.ts';
import { type MessagePaging, useMessagePaging } from './use-message-paging.ts';

// What a reader may never ask for is not in the first script.
const SearchBar = lazy(() => import('../search/search-bar.tsx'));
const DayModal = lazy(() => import('../search/day-modal.tsx'));
const DeleteModal = lazy(() => import('./delete-modal.tsx'));

export interface ConversationProps {
  dialogId: string;
  /** Stands above the messages: whose conversation this is, and the way back on a phone. */
  header?: ReactNode;
  /** Puts the caret into the composer on opening (not on touch screens). */
  autoFocus?: boolean;
  /** The message to show instead of the newest ones. */
  target?: { messageId: string } | null;
}

/** One conversation, for the customer and for support alike. Fills its parent's height. */
export function Conversation(props: ConversationProps) {
  // Another conversation starts afresh: scroll position, unread line and editing.
  return <OpenConversation key={props.dialogId} {...props} />;
}

function OpenConversation({ dialogId, header, autoFocus = true, target = null }: ConversationProps) {
  const source = useConversationMessages(dialogId);
  const composer = useComposer(dialogId);
  const isFileOver = useFilesFromOutside(composer.addFiles);
  const announcement = useAnnouncement(dialogId);
  const paging = useMessagePaging(dialogId, source.data);
  const search = useConversationSearch();
  const jump = useJump(target);
  const { actions, composerProps, ...deletion } = useEditing(source.messages, paging.hasNewer);
  const attachments = useMemo(() => source.messages.flatMap((message) => message.attachments), [source.messages]);

  return (
    <LightboxHost attachments={attachments}>
      <JumpContext value={jump}>
        <ConversationSearchContext value={search}>
          <div className="relative flex h-full min-h-0 min-w-0 flex-col bg-chat-ground">
            {header}
            <Suspense>{search.isOpen ? <SearchBar dialogId={dialogId} onClose={search.close} /> : null}</Suspense>
            <MessageActionsContext value={actions}>
              <Messages dialogId={dialogId} source={source} paging={paging} />
            </MessageActionsContext>
            <div className="mx-auto w-full max-w-4xl">
              <TypingLine dialogId={dialogId} />
              {isGone(source) ? null : (
                <Composer composer={composer} onSend={() => composer.send()} autoFocus={autoFocus} {...composerProps} />
              )}
            </div>
            <p aria-live="polite" className="sr-only">
              {announcement}
            </p>
            {isFileOver ? <DropOverlay /> : null}
            <Suspense>
              {jump.day ? <DayModal from={jump.day} onGo={jump.go} onClose={() => jump.chooseDay(null)} /> : null}
              {deletion.deleting ? (
                <DeleteModal message={deletion.deleting} onConfirm={deletion.remove} onClose={deletion.cancelDelete} />
              ) : null}
            </Suspense>
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
