import { useRef, useState } from 'react';
import { useDebounced } from '#shared/ui/use-debounced.ts';
import { useMessageHits } from '../search/use-message-hits.ts';
import { type InboxFilter, stepFrom } from './inbox-order.ts';
import { useConversationAddress } from './use-conversation-address.ts';
import { useInboxKeys } from './use-inbox-keys.ts';
import { useStaffConversations } from './use-staff-conversations.ts';

/** What the words are looked for in. */
export type SearchScope = 'conversations' | 'messages';

const searchPauseMs = 250;

/** The row may be drawn a moment after it is chosen. */
function scrollToRow(attribute: 'data-dialog-row' | 'data-found-row', id: string): void {
  requestAnimationFrame(() => {
    document.querySelector(`[${attribute}="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'nearest' });
  });
}

export type StaffInboxState = ReturnType<typeof useStaffInbox>;

/** What the inbox shows, how it is searched, and the keys that go through it. */
export function useStaffInbox() {
  const address = useConversationAddress('/admin/support-chat');
  const [filter, setFilter] = useState<InboxFilter>('open');
  const [scope, setScope] = useState<SearchScope>('conversations');
  const [query, setQuery] = useState('');
  // Stepping by keys must leave the keys to the list; opening by hand means to write.
  const [isStepping, setIsStepping] = useState(false);
  const [isSheetOpen, setSheetOpen] = useState(false);
  const searchRef = useRef<HTMLInputElement>(null);
  const paneRef = useRef<HTMLElement>(null);
  const words = useDebounced(query.trim(), searchPauseMs);
  const isAmongMessages = scope === 'messages';
  // Whoever searches among the open ones means the closed ones as well.
  const shownFilter = filter === 'open' && query !== '' ? 'all' : filter;
  const conversations = useStaffConversations(shownFilter, isAmongMessages ? '' : words);
  const found = useMessageHits(isAmongMessages ? words : '');
  const rows = [...conversations.waiting, ...conversations.others];
  const open = (dialogId: string | null, messageId?: string) => {
    setIsStepping(false);
    address.open(dialogId, messageId);
  };
  const searchIn = (where: SearchScope) => {
    setScope(where);
    searchRef.current?.select();
  };

  useInboxKeys({
    onStep(step) {
      const ids = isAmongMessages ? found.items.map(({ message }) => message.id) : rows.map((row) => row.dialogId);
      const next = stepFrom(ids, isAmongMessages ? (address.target?.messageId ?? null) : address.dialogId, step);
      if (!next) return;
      setIsStepping(true);
      const hit = isAmongMessages ? found.items.find(({ message }) => message.id === next) : undefined;
      if (hit) address.open(hit.message.dialogId, next);
      else address.open(next);
      scrollToRow(hit ? 'data-found-row' : 'data-dialog-row', next);
    },
    onSearch: () => searchIn('conversations'),
    onSearchMessages: () => searchIn('messages'),
    onFilter: () => setFilter(filter === 'waiting' ? 'open' : 'waiting'),
    onWrite: () => paneRef.current?.querySelector('textarea')?.focus(),
    onLeave() {
      const active = document.activeElement;
      if (active instanceof HTMLElement && active !== document.body) active.blur();
      else if (address.dialogId) address.open(null);
      else setScope('conversations');
    },
    onSheet: () => setSheetOpen(true),
  });

  return {
    address: { ...address, open },
    row: rows.find((one) => one.dialogId === address.dialogId),
    leave: () => address.open(null),
    ...{ conversations, filter: shownFilter, setFilter },
    /** Messages of all conversations, found by `words`: the query as it last stood still. */
    ...{ found, isAmongMessages, scope, setScope, query, setQuery, words },
    ...{ isStepping, isSheetOpen, setSheetOpen, searchRef, paneRef },
  };
}
