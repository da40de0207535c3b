import { useCallback, useMemo, useRef, useState } from 'react';
import { isRefusedByName } from '#shared/file-type/type-policy.ts';
import { hasVisibleText } from '#shared/text/visible-text.ts';
import { useStore } from '#shared/ui/store.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { typingRepeatMs } from '../engine/typing.ts';
import { emptyDraft, newConversationKey } from '../outbox/drafts.ts';
import { chooseFiles, type FileRefusal, nameForPasted } from '../outbox/file-limits.ts';
import { findUploads } from '../outbox/outgoing.ts';
import type { Upload } from '../outbox/upload.ts';

export type ComposerState = ReturnType<typeof useComposer>;

/** What is being written to one conversation (null: to the one about to be created), and what can be done with it. */
export function useComposer(dialogId: string | null) {
  const { engine, settings } = useChat();
  const { outbox } = engine;
  const key = dialogId ?? newConversationKey;
  const draft = useStore(outbox.store, ({ drafts }) => drafts[key] ?? emptyDraft);
  const allUploads = useStore(outbox.store, (state) => state.uploads);
  const uploads = useMemo(() => findUploads(draft.uploadIds, allUploads), [draft, allUploads]);
  const [refusals, setRefusals] = useState<readonly FileRefusal[]>([]);
  const announceTyping = useAnnounceTyping(dialogId);

  return {
    text: draft.text,
    uploads,
    refusals,
    canSend: hasVisibleText(draft.text) || uploads.length > 0,
    setText(text: string) {
      outbox.dispatch({ type: 'typed', key, text });
      if (hasVisibleText(text)) announceTyping();
    },
    addFiles(files: readonly File[], folderNames: readonly string[] = []) {
      const limits = {
        maxBytes: settings.maxBytes,
        maxCount: settings.attachmentsPerMessage,
        isAllowed: (file: { name: string }) => !isRefusedByName(settings.fileTypes, file.name),
      };
      const { accepted, refused } = chooseFiles(files, draft.uploadIds.length, limits);
      const folders = folderNames.map<FileRefusal>((name) => ({ name, sizeBytes: 0, reason: 'FOLDER' }));
      setRefusals([...folders, ...refused]);
      const now = new Date();
      outbox.addFiles(
        dialogId,
        accepted.map((file) => ({ file, name: nameForPasted(file, now) })),
      );
    },
    removeUpload: (uploadId: string) => outbox.dispatch({ type: 'fileRemoved', uploadId }),
    retryUpload: (uploadId: string) => outbox.dispatch({ type: 'fileRetried', uploadId }),
    /** Puts another file in the place of one: the redacted picture for the picture. */
    replaceUpload: (upload: Upload, file: Blob, name: string) => outbox.replaceFile(upload, file, name),
    dismissRefusals: () => setRefusals([]),
    /** Hands the draft over to the outbox: the composer is empty and free at once. */
    send(topic = '') {
      outbox.send(dialogId, topic.trim() || null);
      setRefusals([]);
    },
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
