import { ChatError } from '#shared/errors/chat-error.ts';

/** What was typed, untouched; null when nothing is to be seen of it. */
export function outgoingText(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text;
}

/** @throws ChatError BAD_REQUEST: a message says or brings something. */
export function requireContent(text: string | null, attachments: readonly unknown[]): void {
  if (text === null && attachments.length === 0) {
    throw new ChatError('BAD_REQUEST', 'A message needs a text or at least one attachment.');
  }
}
