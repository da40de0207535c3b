import type { LocalPicture } from '../engine/chat-engine.ts';
import { useStore } from '../engine/store.ts';
import { useChat } from '../engine/support-chat-provider.tsx';

/** A file that was sent from this tab, or null: shown at once, without a download and without a blink. */
export function useLocalPicture(attachmentId: string): LocalPicture | null {
  return useStore(useChat().engine.localPictures, (pictures) => pictures[attachmentId] ?? null);
}
