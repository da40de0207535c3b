import { type SendApi, SendFailure } from '../outbox/outbox.ts';
import type { SendProblem } from '../outbox/outbox-state.ts';
import { type ChatClient, readErrorCode } from './chat-client.ts';

const problems: ReadonlySet<string> = new Set<SendProblem>([
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'BAD_REQUEST',
  'PAYLOAD_TOO_LARGE',
  'TOO_MANY_REQUESTS',
]);

function isSendProblem(code: string): code is SendProblem {
  return problems.has(code);
}

export function readSendProblem(error: unknown): SendProblem {
  const code = readErrorCode(error);
  if (code === null) return 'NETWORK';
  return isSendProblem(code) ? code : 'UNKNOWN';
}

export function createSendApi(client: ChatClient): SendApi {
  const { supportChat } = client.trpcClient;
  const asFailure = (error: unknown): never => {
    throw new SendFailure(readSendProblem(error));
  };
  return {
    async send({ dialogId, clientMessageId, text }, attachmentIds) {
      const attachments = attachmentIds.map((attachmentId) => ({ attachmentId }));
      const answer = await supportChat.sendMessage
        .mutate({ dialogId, clientMessageId, ...(text && { text }), ...(attachments.length > 0 && { attachments }) })
        .catch(asFailure);
      return answer.message;
    },
    async createDialog({ topic, clientMessageId, text }, attachmentIds) {
      const attachments = attachmentIds.map((attachmentId) => ({ attachmentId }));
      const answer = await supportChat.createDialog
        .mutate({
          clientMessageId,
          ...(topic && { topic }),
          ...(text && { initialMessage: text }),
          ...(attachments.length > 0 && { attachments }),
        })
        .catch(asFailure);
      return answer.dialogId;
    },
  };
}
