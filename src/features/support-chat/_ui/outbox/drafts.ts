/** What is being written to one conversation and not sent yet. */
export interface Draft {
  text: string;
  uploadIds: readonly string[];
}

/** By conversation id, or {@link newConversationKey}. */
export type Drafts = Readonly<Record<string, Draft>>;

export const emptyDraft: Draft = { text: '', uploadIds: [] };

/** The key of the draft of a conversation that does not exist yet. */
export const newConversationKey = 'new';

export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function changeDraft(drafts: Drafts, key: string, change: (draft: Draft) => Draft): Drafts {
  const { [key]: known = emptyDraft, ...others } = drafts;
  const draft = change(known);
  return draft.text === '' && draft.uploadIds.length === 0 ? others : { ...others, [key]: draft };
}

/** What was kept, and below it what was written before that was read. A text that a browser filled in again is not said twice. */
export function joinDrafts(kept: Drafts, early: Drafts): Drafts {
  return Object.entries(early).reduce(
    (all, [key, { text, uploadIds }]) =>
      changeDraft(all, key, (draft) => ({
        text: [...new Set([draft.text, text].filter(Boolean))].join('\n'),
        uploadIds: [...new Set([...draft.uploadIds, ...uploadIds])],
      })),
    kept,
  );
}

/** Without the files that the browser could not bring back after a reload. */
export function keepOnlyUploads(drafts: Drafts, isKnown: (uploadId: string) => boolean): Drafts {
  return Object.keys(drafts).reduce(
    (all, key) => changeDraft(all, key, (draft) => ({ ...draft, uploadIds: draft.uploadIds.filter(isKnown) })),
    drafts,
  );
}

// Local storage, because the tab may be gone when the customer comes back; per person, because two may share a computer.
const storageKey = (currentUserId: string) => `attache-drafts:${currentUserId}`;

export function readDrafts(storage: DraftStorage, currentUserId: string): Drafts {
  try {
    const parsed: unknown = JSON.parse(storage.getItem(storageKey(currentUserId)) ?? '{}');
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(Object.entries(parsed).filter(([, draft]) => isDraft(draft)));
  } catch {
    return {};
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null || !('text' in value) || !('uploadIds' in value)) return false;
  return typeof value.text === 'string' && Array.isArray(value.uploadIds);
}

/** A full or forbidden storage costs the reload, never the typing. */
export function writeDrafts(storage: DraftStorage, currentUserId: string, drafts: Drafts): void {
  try {
    if (Object.keys(drafts).length === 0) storage.removeItem(storageKey(currentUserId));
    else storage.setItem(storageKey(currentUserId), JSON.stringify(drafts));
  } catch {
    // What is on the page stays on the page.
  }
}
