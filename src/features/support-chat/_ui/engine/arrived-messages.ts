import type { MessageDto } from '../../_api/types.ts';

/** More than arrive while one page is on its way. */
const mostKept = 100;

/** The last messages that events brought, of whatever conversation. */
export interface ArrivedMessages {
  put(message: MessageDto): void;
  /** A newer form of a message that is kept. */
  swap(message: MessageDto): void;
  of(dialogId: string): MessageDto[];
}

export function createArrivedMessages(): ArrivedMessages {
  let kept: MessageDto[] = [];
  return {
    put(message) {
      kept = [...kept.filter(({ id }) => id !== message.id), message].slice(-mostKept);
    },
    swap(message) {
      kept = kept.map((known) => (known.id === message.id ? message : known));
    },
    of: (dialogId) => kept.filter((message) => message.dialogId === dialogId),
  };
}
