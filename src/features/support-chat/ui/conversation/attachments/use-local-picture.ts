import { useStore } from '../../data/store.ts';
import { useChat } from '../../data/support-chat-provider.tsx';

/** Object URL of a file that was sent from this tab, or null: shown at once, without a download and without a blink. */
export function useLocalPicture(attachmentId: string): string | null {
  return useStore(useChat().engine.localPictures, (pictures) => pictures[attachmentId] ?? null);
}
