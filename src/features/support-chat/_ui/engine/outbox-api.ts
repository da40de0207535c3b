import { type OutboxApi, SendFailure } from '../outbox/outbox.ts';
import { sendCodes } from '../outbox/outgoing.ts';
import { type ChatClient, readErrorCode } from './chat-client.ts';

function throwSendFailure(error: unknown): never {
  const code = readErrorCode(error);
  throw new SendFailure(code === null ? 'NETWORK' : (sendCodes.find((known) => known === code) ?? 'UNKNOWN'));
}

function toReferences(attachmentIds: readonly string[]) {
  return attachmentIds.length > 0 ? { attachments: attachmentIds.map((attachmentId) => ({ attachmentId })) } : {};
}

export function createOutboxApi({ trpcClient: { supportChat } }: ChatClient): OutboxApi {
  return {
    async send({ dialogId, clientMessageId, text }, attachmentIds) {
      const input = { dialogId, clientMessageId, ...(text && { text }), ...toReferences(attachmentIds) };
      return (await supportChat.sendMessage.mutate(input).catch(throwSendFailure)).message;
    },
    createConversation({ topic, clientMessageId, text }, attachmentIds) {
      const words = { ...(topic && { topic }), ...(text && { initialMessage: text }) };
      const input = { clientMessageId, ...words, ...toReferences(attachmentIds) };
      return supportChat.createDialog.mutate(input).catch(throwSendFailure);
    },
    async discardStaged(attachmentId) {
      await supportChat.discardStaged.mutate({ attachmentId }).catch(() => undefined);
    },
    async renewStaged(attachmentIds) {
      return new Set((await supportChat.renewStaged.mutate({ attachmentIds: [...attachmentIds] })).attachmentIds);
    },
  };
}
