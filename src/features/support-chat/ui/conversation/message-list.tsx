import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { Spinner } from '#shared/ui/spinner.tsx';
import type { MessageDto } from '../../dto/chat-dto.ts';
import { countUnread } from '../data/message-cache.ts';
import { useChat } from '../data/support-chat-provider.tsx';
import { sideOf } from '../data/viewer.ts';
import { JumpToLatest } from './jump-to-latest.tsx';
import { MessageRow } from './message-row.tsx';
import { OutgoingRow } from './outgoing-row.tsx';
import { buildRows, findMessageAtOrAbove, type Row } from './rows.ts';
import { DaySeparator, UnreadSeparator } from './separators.tsx';
import { useConversationScroll } from './use-conversation-scroll.ts';
import type { useDialogMessages } from './use-dialog-messages.ts';
import { useDialogOutgoing } from './use-dialog-outgoing.ts';
import { useJumpToMessage } from './use-jump-to-message.ts';
import { useMarkRead } from './use-mark-read.ts';
import { useUnreadStart } from './use-unread-start.ts';

export interface MessageListProps {
  dialogId: string;
  source: ReturnType<typeof useDialogMessages>;
  onEdit: (message: MessageDto) => void;
  onDelete: (message: MessageDto) => void;
}

export function MessageList({ dialogId, source, onEdit, onDelete }: MessageListProps) {
  const t = useTranslations('conversation');
  const { viewer } = useChat();
  const side = sideOf(viewer);
  const { messages } = source;
  const outgoing = useDialogOutgoing(dialogId, messages);
  const start = useUnreadStart({ ...source, pageCount: source.data?.pages.length ?? 0 }, side);
  const rows = useMemo(
    () => buildRows({ messages, outgoing, viewerId: viewer.id, side, firstUnreadId: start.messageId }),
    [messages, outgoing, viewer.id, side, start.messageId],
  );

  const scrollRef = useRef<HTMLDivElement>(null);
  const { virtualizer, isPlaced, isFarFromEnd, lastVisible, scrollToEnd } = useConversationScroll({
    rows,
    scrollRef,
    isReady: start.isKnown && rows.length > 0,
    hasOlder: source.hasNextPage,
    isFetchingOlder: source.isFetchingNextPage,
    fetchOlder: source.fetchNextPage,
  });
  const foundId = useJumpToMessage({ rows, source, virtualizer, isPlaced });
  useMarkRead(dialogId, messages, lastVisible >= 0 ? findMessageAtOrAbove(rows, lastVisible) : null);

  // Whoever sends wants to see it go, wherever they were reading.
  const newestOutgoing = outgoing.at(-1)?.clientMessageId ?? null;
  useEffect(() => {
    if (newestOutgoing !== null) scrollToEnd();
  }, [newestOutgoing, scrollToEnd]);

  return (
    <div className="relative min-h-0 flex-1">
      {source.isFetchingNextPage ? (
        <div className="pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center">
          <span className="flex size-8 items-center justify-center rounded-full bg-raised text-muted shadow-pop">
            <Spinner label={t('loadingOlder')} />
          </span>
        </div>
      ) : null}
      <section
        ref={scrollRef}
        aria-label={t('messages')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        className="scroll-quiet size-full overflow-x-hidden [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <div className={cn('flex min-h-full flex-col justify-end', !isPlaced && 'invisible')}>
          <ol ref={virtualizer.containerRef} className="relative mx-auto w-full max-w-4xl">
            {virtualizer.getVirtualItems().map((item) => {
              const row = rows[item.index];
              return row ? (
                <li
                  key={item.key}
                  ref={virtualizer.measureElement}
                  data-index={item.index}
                  data-found={(row.type === 'message' && row.message.id === foundId) || undefined}
                  className="absolute inset-x-0 transition-colors duration-500 data-found:bg-accent/15"
                >
                  <RowView
                    row={row}
                    viewerId={viewer.id}
                    hasAvatars={side === 'USER'}
                    onEdit={onEdit}
                    onDelete={onDelete}
                  />
                </li>
              ) : null;
            })}
          </ol>
        </div>
      </section>
      {isFarFromEnd ? <JumpToLatest unreadCount={countUnread(messages, side)} onJump={scrollToEnd} /> : null}
    </div>
  );
}

interface RowViewProps {
  row: Row;
  viewerId: string;
  hasAvatars: boolean;
  onEdit: (message: MessageDto) => void;
  onDelete: (message: MessageDto) => void;
}

function RowView({ row, viewerId, ...rest }: RowViewProps) {
  switch (row.type) {
    case 'day':
      return <DaySeparator at={row.at} />;
    case 'unread':
      return <UnreadSeparator />;
    case 'outgoing':
      return <OutgoingRow outgoing={row.outgoing} isFirst={row.isFirst} isLast={row.isLast} />;
    case 'message': {
      const { message, place, senderName, isFirst, isLast } = row;
      const canChange = message.sender?.id === viewerId && message.deletedAt === null;
      return <MessageRow {...rest} {...{ message, place, senderName, isFirst, isLast, canChange }} />;
    }
  }
}
