import { useCallback, useMemo, useRef, useState } from 'react';
import { useStore } from '../engine/store.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { typingRepeatMs } from '../engine/typing.ts';
import { mayBeAllowed } from '../outbox/describe-file.ts';
import { emptyDraft, newConversationKey } from '../outbox/drafts.ts';
import { chooseFiles, type FileRefusal, nameForPasted } from '../outbox/file-limits.ts';
import { findUploads } from '../outbox/outbox-state.ts';
import type { Upload } from '../outbox/upload-queue.ts';

export interface ComposerState {
  text: string;
  uploads: Upload[];
  refusals: readonly FileRefusal[];
  canSend: boolean;
  setText: (text: string) => void;
  addFiles: (files: readonly File[], folderNames?: readonly string[]) => void;
  removeUpload: (id: string) => void;
  retryUpload: (id: string) => void;
  /** Puts another file in the place of one: the blacked-out picture for the picture. */
  replaceUpload: (id: string, file: Blob, name: string) => void;
  dismissRefusals: () => void;
  /** Hands the draft over to the outbox; the composer is empty and free at once. */
  send: (topic?: string) => string | null;
}

/** What is being written to one dialog (null: to the one about to be created), and what can be done with it. */
export function useComposer(dialogId: string | null): ComposerState {
  const { engine, settings } = useChat();
  const { drafts, uploads: allUploads, outbox } = engine;
  const key = dialogId ?? newConversationKey;
  const draft = useStore(drafts.store, (all) => all[key] ?? emptyDraft);
  const uploadList = useStore(allUploads.store, (all) => all);
  const uploads = useMemo(() => findUploads({ uploadIds: [...draft.uploadIds] }, uploadList), [draft, uploadList]);
  const [refusals, setRefusals] = useState<readonly FileRefusal[]>([]);
  const announceTyping = useAnnounceTyping(dialogId);

  const setText = (text: string) => {
    drafts.change(key, (current) => ({ ...current, text }));
    if (text.trim() !== '') announceTyping();
  };

  const addFiles = (files: readonly File[], folderNames: readonly string[] = []) => {
    const limits = {
      maxBytes: settings.maxBytes,
      maxCount: settings.attachmentsPerMessage,
      isAllowed: mayBeAllowed,
    };
    const { accepted, refused } = chooseFiles(files, draft.uploadIds.length, limits);
    const folders = folderNames.map<FileRefusal>((name) => ({ name, sizeBytes: 0, reason: 'FOLDER' }));
    setRefusals([...folders, ...refused]);
    const ids = accepted.map((file) => allUploads.add(file, nameForPasted(file, new Date()), dialogId));
    drafts.change(key, (current) => ({ ...current, uploadIds: [...current.uploadIds, ...ids] }));
  };

  const removeUpload = (id: string) => {
    drafts.change(key, (current) => ({ ...current, uploadIds: current.uploadIds.filter((other) => other !== id) }));
    allUploads.remove(id);
  };

  const replaceUpload = (id: string, file: Blob, name: string) => {
    const fresh = allUploads.add(file, name, dialogId);
    const uploadIds = (ids: readonly string[]) => ids.map((other) => (other === id ? fresh : other));
    drafts.change(key, (current) => ({ ...current, uploadIds: uploadIds(current.uploadIds) }));
    allUploads.remove(id);
  };

  const text = draft.text.trim();
  const canSend = text !== '' || uploads.length > 0;
  const send = (topic = '') => {
    // A second press before the page is drawn anew finds the draft gone.
    if (!canSend || !(key in drafts.store.get())) return null;
    const uploadIds = uploads.map((upload) => upload.id);
    // A failed file gets another chance with the message instead of holding it up in silence.
    for (const upload of uploads) {
      if (upload.status === 'failed') allUploads.retry(upload.id);
      else allUploads.send(upload.id);
    }
    const id = outbox.enqueue({ dialogId, topic: topic.trim() || null, text, uploadIds });
    drafts.clear(key);
    setRefusals([]);
    return id;
  };

  return {
    text: draft.text,
    uploads,
    refusals,
    canSend,
    setText,
    addFiles,
    removeUpload,
    replaceUpload,
    retryUpload: (id) => allUploads.retry(id),
    dismissRefusals: () => setRefusals([]),
    send,
  };
}

function useAnnounceTyping(dialogId: string | null): () => void {
  const { client } = useChat().engine;
  const lastAt = useRef(Number.NEGATIVE_INFINITY);
  return useCallback(() => {
    const now = performance.now();
    if (dialogId === null || now - lastAt.current < typingRepeatMs) return;
    lastAt.current = now;
    // A courtesy; when it fails nothing is lost.
    client.trpcClient.supportChat.typing.mutate({ dialogId }).catch(() => undefined);
  }, [client, dialogId]);
}
