import { createStore, type Store } from '../engine/store.ts';

/** What is being written to one dialog and not sent yet. */
export interface Draft {
  text: string;
  uploadIds: readonly string[];
}

export const emptyDraft: Draft = { text: '', uploadIds: [] };

/** The key of the draft of a dialog that does not exist yet. */
export const newConversationKey = 'new';

type DraftsByConversation = Readonly<Record<string, Draft>>;

export interface Drafts {
  readonly store: Store<DraftsByConversation>;
  /** Brings back what was being written. Not done on creation: the page drawn by the server knows no drafts. */
  load(storage: DraftStorage): void;
  change(conversationKey: string, by: (draft: Draft) => Draft): void;
  clear(conversationKey: string): void;
  /** Drops files the browser could not bring back after a reload. */
  keepOnlyUploads(known: ReadonlySet<string>): void;
}

export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

function readDrafts(storage: DraftStorage, key: string): DraftsByConversation {
  try {
    const parsed: unknown = JSON.parse(storage.getItem(key) ?? '{}');
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).flatMap(([conversationKey, draft]) => (isDraft(draft) ? [[conversationKey, draft]] : [])),
    );
  } catch {
    return {};
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null || !('text' in value) || !('uploadIds' in value)) return false;
  return typeof value.text === 'string' && Array.isArray(value.uploadIds);
}

function isEmpty(draft: Draft): boolean {
  return draft.text === '' && draft.uploadIds.length === 0;
}

/** What was kept, and below it what was written before that was read. */
function joinDrafts(kept: Draft, early: Draft): Draft {
  const texts = new Set([kept.text, early.text].filter((text) => text !== ''));
  return { text: [...texts].join('\n'), uploadIds: [...new Set([...kept.uploadIds, ...early.uploadIds])] };
}

/**
 * Drafts survive a change of dialog and a reload. Local storage, because the tab may be gone when the customer comes
 * back; per person, because two may share a computer.
 */
export function createDrafts(currentUserId: string): Drafts {
  const key = `attache-drafts:${currentUserId}`;
  const store = createStore<DraftsByConversation>({});
  let storage: DraftStorage | null = null;
  const write = (change: (drafts: DraftsByConversation) => DraftsByConversation) => {
    store.update(change);
    try {
      const drafts = Object.entries(store.get());
      if (drafts.length === 0) storage?.removeItem(key);
      else storage?.setItem(key, JSON.stringify(Object.fromEntries(drafts)));
    } catch {
      // A full or forbidden storage costs the reload, never the typing.
    }
  };
  const put = (drafts: DraftsByConversation, conversationKey: string, draft: Draft): DraftsByConversation => {
    const { [conversationKey]: _old, ...others } = drafts;
    return isEmpty(draft) ? others : { ...others, [conversationKey]: draft };
  };
  return {
    store,
    load(from) {
      storage = from;
      write((early) => {
        const kept = readDrafts(from, key);
        const joined = Object.entries(early).map(([id, draft]) => [id, joinDrafts(kept[id] ?? emptyDraft, draft)]);
        return { ...kept, ...Object.fromEntries(joined) };
      });
    },
    change: (conversationKey, by) =>
      write((drafts) => put(drafts, conversationKey, by(drafts[conversationKey] ?? emptyDraft))),
    clear: (conversationKey) => write((drafts) => put(drafts, conversationKey, emptyDraft)),
    keepOnlyUploads: (known) =>
      write((drafts) =>
        Object.fromEntries(
          Object.entries(drafts)
            .map(([id, draft]) => [id, { ...draft, uploadIds: draft.uploadIds.filter((u) => known.has(u)) }] as const)
            .filter(([, draft]) => !isEmpty(draft)),
        ),
      ),
  };
}
