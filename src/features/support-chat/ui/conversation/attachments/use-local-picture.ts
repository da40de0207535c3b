import type { LocalPicture } from '../../data/chat-engine.ts';
import { useStore } from '../../data/store.ts';
import { useChat } from '../../data/support-chat-provider.tsx';

/** A file that was sent from this tab, or null: shown at once, without a download and without a blink. */
export function useLocalPicture(attachmentId: string): LocalPicture | null {
  return useStore(useChat().engine.localPictures, (pictures) => pictures[attachmentId] ?? null);
}
