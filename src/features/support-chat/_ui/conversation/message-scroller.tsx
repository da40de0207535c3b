import { useTranslations } from 'next-intl';
import { useRef } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { Spinner } from '#shared/ui/spinner.tsx';
import type { MessageDto } from '../../_api/types.ts';
import { sideOf } from '../engine/current-user.ts';
import { countUnread } from '../engine/message-cache.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { JumpToLatest } from './jump-to-latest.tsx';
import { MessageRow } from './message-row.tsx';
import { OutgoingRow } from './outgoing-row.tsx';
import { findMessageAtOrAbove, type Row } from './rows.ts';
import { DaySeparator, UnreadSeparator } from './separators.tsx';
import { useConversationScroll } from './use-conversation-scroll.ts';
import type { ScrollTarget } from './use-conversation-view.ts';
import { useMarkRead } from './use-mark-read.ts';
import type { MessagePaging } from './use-message-paging.ts';

export interface MessageScrollerProps {
  dialogId: string;
  rows: readonly Row[];
  messages: readonly MessageDto[];
  paging: MessagePaging;
  scrollTarget: ScrollTarget;
  foundId: string | null;
  /** Whether it is known where to begin; until then nothing is shown. */
  isReady: boolean;
  isJumping: boolean;
  onLatest: () => void;
}

/** One loaded part of a conversation, scrolled. Another part is another scroller. */
export function MessageScroller(props: MessageScrollerProps) {
  const { dialogId, rows, messages, paging, scrollTarget, foundId, isReady, isJumping, onLatest } = props;
  const t = useTranslations('conversation');
  const { currentUser } = useChat();
  const side = sideOf(currentUser);
  const scrollRef = useRef<HTMLDivElement>(null);
  const { virtualizer, isPlaced, isFarFromEnd, lastVisible } = useConversationScroll({
    rows,
    scrollRef,
    isReady,
    scrollTarget,
    paging,
  });
  useMarkRead(dialogId, messages, lastVisible >= 0 ? findMessageAtOrAbove(rows, lastVisible) : null);

  return (
    <div className="relative min-h-0 flex-1">
      {paging.isLoadingOlder || isJumping ? <Waiting label={t('loadingOlder')} className="top-2" /> : null}
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
                  <RowView row={row} currentUserId={currentUser.id} hasAvatars={side === 'USER'} />
                </li>
              ) : null;
            })}
          </ol>
        </div>
      </section>
      {paging.isLoadingNewer ? <Waiting label={t('loadingNewer')} className="bottom-2" /> : null}
      {isFarFromEnd ? <JumpToLatest unreadCount={countUnread(messages, side)} onJump={onLatest} /> : null}
    </div>
  );
}

function Waiting({ label, className }: { label: string; className: string }) {
  return (
    <div className={cn('pointer-events-none absolute inset-x-0 z-10 flex justify-center', className)}>
      <span className="flex size-8 items-center justify-center rounded-full bg-raised text-muted shadow-pop">
        <Spinner label={label} />
      </span>
    </div>
  );
}

interface RowViewProps {
  row: Row;
  currentUserId: string;
  hasAvatars: boolean;
}

function RowView({ row, currentUserId, ...rest }: RowViewProps) {
  switch (row.type) {
    case 'day':
      return <DaySeparator at={row.at} />;
    case 'unread':
      return <UnreadSeparator />;
    case 'outgoing':
      return <OutgoingRow outgoing={row.outgoing} isFirst={row.isFirst} isLast={row.isLast} />;
    case 'message': {
      const { message, place, senderName, isFirst, isLast } = row;
      const canChange = message.sender?.id === currentUserId && message.deletedAt === null;
      return <MessageRow {...rest} {...{ message, place, senderName, isFirst, isLast, canChange }} />;
    }
  }
}
