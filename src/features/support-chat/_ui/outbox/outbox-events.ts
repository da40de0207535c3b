import type { StagedAttachmentDto } from '../../_api/types.ts';
import type { Drafts } from './drafts.ts';
import type { Outgoing, SendProblem, StoredOutgoingFields } from './outgoing.ts';
import type { Upload, UploadFailureReport } from './upload.ts';

/** Everything unsent of one tab. It belongs to the tab, not to a component: switching conversations stops nothing. */
export interface OutboxState {
  /** What the device believes. Without a network nothing is tried: that would only use up the automatic retries. */
  isOnline: boolean;
  drafts: Drafts;
  uploads: readonly Upload[];
  /** In the order they were written. */
  outgoing: readonly Outgoing[];
}

export const emptyOutbox: OutboxState = { isOnline: true, drafts: {}, uploads: [], outgoing: [] };

interface Events {
  // What a person does. `key`: of a draft, a conversation id or `newConversationKey`.
  typed: { key: string; text: string };
  filesAdded: { key: string; uploads: readonly Upload[] };
  fileReplaced: { uploadId: string; by: Upload };
  fileRemoved: { uploadId: string };
  fileRetried: { uploadId: string };
  sent: { key: string; clientMessageId: string; topic: string | null };
  messageRetried: { id: string };
  /** Gives up the message and its files. */
  messageRemoved: { id: string };
  /** The text goes now with the files that are there; the rest follows as the message `restId`. */
  messageSplit: { id: string; restId: string };

  // What the browser kept, and what it notices.
  draftsRead: { drafts: Drafts };
  /** Left behind by tabs that are gone. */
  recovered: { uploads: readonly Upload[]; outgoing: readonly StoredOutgoingFields[] };
  fileMeasured: { uploadId: string; facts: Partial<Pick<Upload, 'width' | 'height' | 'carriesPlace'>> };
  connectivity: { isOnline: boolean };
  /** The server accepts things again: after a restart, or after the person signed in again. */
  reachable: object;
  /** A pause between two tries is over. */
  woke: object;
  /** Time to tell the server that staged files are still wanted. */
  heartbeat: object;

  // What became of an upload.
  uploadProgressed: { uploadId: string; sentBytes: number; bytesPerSecond: number | null };
  uploadStored: { uploadId: string; storedBytes: number };
  uploadAddressed: { uploadId: string; resumeUrl: string | null };
  uploadStaged: { uploadId: string; attachment: StagedAttachmentDto };
  uploadFailed: { uploadId: string } & UploadFailureReport;
  /** Of the staged files that were asked about, these are alive. */
  renewed: { asked: readonly string[]; alive: ReadonlySet<string> };

  // What became of a message.
  delivered: { id: string };
  conversationCreated: { id: string; dialogId: string };
  refused: { id: string; problem: SendProblem };
}

export type OutboxEventType = keyof Events;
export type OutboxEventOf<T extends OutboxEventType> = { [K in T]: { type: K } & Events[K] }[T];
export type OutboxEvent = OutboxEventOf<OutboxEventType>;

/** What the runner has to do in the world. */
export type OutboxEffect =
  | { type: 'upload'; upload: Upload }
  | { type: 'abortUpload'; uploadId: string }
  /** No message will carry it. */
  | { type: 'discardStaged'; attachmentId: string }
  | { type: 'revokeUrl'; url: string }
  | { type: 'send'; message: Outgoing; uploads: readonly Upload[] }
  | { type: 'renewStaged'; attachmentIds: readonly string[] };
