import { createStore, type Store } from '#shared/ui/store.ts';

/** Who is writing, by conversation id. */
export type TypingByConversation = Readonly<Record<string, string>>;

/** Somebody who fell silent stops writing after this; writers repeat themselves more often. */
export const typingLastsMs = 6_000;
/** Pause between two words to the server about one's own writing. */
export const typingRepeatMs = 3_000;

export interface Typing {
  readonly store: Store<TypingByConversation>;
  start(dialogId: string, name: string): void;
  stop(dialogId: string): void;
}

export function createTyping(): Typing {
  const store = createStore<TypingByConversation>({});
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const stop = (dialogId: string) => {
    clearTimeout(timers.get(dialogId));
    timers.delete(dialogId);
    store.update((typing) => {
      if (!(dialogId in typing)) return typing;
      const { [dialogId]: _gone, ...others } = typing;
      return others;
    });
  };
  return {
    store,
    stop,
    start(dialogId, name) {
      clearTimeout(timers.get(dialogId));
      timers.set(
        dialogId,
        setTimeout(() => stop(dialogId), typingLastsMs),
      );
      store.update((typing) => (typing[dialogId] === name ? typing : { ...typing, [dialogId]: name }));
    },
  };
}
