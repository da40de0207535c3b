import { createTransportChooser } from '../outbox/choose-transport.ts';
import { createDrafts, type Drafts } from '../outbox/drafts.ts';
import { keepStagedAlive } from '../outbox/keep-staged.ts';
import { type LocalFiles, openLocalFiles } from '../outbox/local-files.ts';
import { createOutbox, type Outbox } from '../outbox/outbox.ts';
import { carriesPlace } from '../outbox/photo-place.ts';
import { createUploads, type Uploads } from '../outbox/uploads.ts';
import { type ChatClient, createChatClient } from './chat-client.ts';
import { refreshConversationLists, showMessage } from './conversation-messages.ts';
import { type CurrentUser, sideOf } from './current-user.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { createSendApi } from './send-api.ts';
import { createStore, type Store } from './store.ts';
import { createTyping, type Typing } from './typing.ts';
import { watchSession } from './watch-session.ts';
import { wireEvents } from './wire-events.ts';

/** What this device knows of a file it sent. */
export interface LocalPicture {
  /** Object URL. */
  url: string;
  /** Pixels as this browser shows it, or null. */
  width: number | null;
  height: number | null;
}

/** Everything of the chat that outlives a component: one per tab. */
export interface ChatEngine {
  client: ChatClient;
  hub: EventHub;
  typing: Typing;
  drafts: Drafts;
  uploads: Uploads;
  outbox: Outbox;
  /** Files sent from this tab, by attachment id: what is already here is not downloaded again. */
  localPictures: Store<Readonly<Record<string, LocalPicture>>>;
  /** In the browser only. Returns the way to stop. */
  start(): () => void;
}

export function createChatEngine(currentUser: CurrentUser): ChatEngine {
  const client = createChatClient();
  const hub = createEventHub('/api/support-chat/events', currentUser.id);
  const typing = createTyping();
  const drafts = createDrafts(currentUser.id);
  const localFiles = openLocalFiles(currentUser.id);
  const localPictures = createStore<Readonly<Record<string, LocalPicture>>>({});
  const uploads = createUploads({
    chooseTransport: createTransportChooser(localFiles),
    localFiles,
    carriesPlace,
    async discardStaged(attachmentId) {
      // Cleanup finds what stays; nobody has to hear of it.
      await client.trpcClient.supportChat.discardStaged.mutate({ attachmentId }).catch(() => undefined);
    },
  });
  const outbox = createOutbox({
    uploads,
    localFiles,
    api: createSendApi(client),
    onSent(message) {
      showMessage(client, message);
      refreshConversationLists(client);
    },
    onAttached({ attachment, localUrl: url, width, height }) {
      if (attachment && url) localPictures.update((known) => ({ ...known, [attachment.id]: { url, width, height } }));
    },
  });
  let restored = false;
  return {
    client,
    hub,
    typing,
    drafts,
    uploads,
    outbox,
    localPictures,
    start() {
      if (!restored) void restoreUnsent(localFiles, uploads, outbox, drafts);
      restored = true;
      const unwire = wireEvents(hub, client, typing, sideOf(currentUser));
      const disconnect = hub.start();
      const stopWatching = watchSession({ hub, currentUserId: currentUser.id, signedOut: client.signedOut });
      const stopRetrying = onReachable(hub, client.signedOut, () => {
        uploads.retryHeldUp();
        outbox.retryHeldUp();
      });
      const stopRenewing = keepStagedAlive({ uploads, outbox, renew: (ids) => renewStaged(client, ids) });
      return () => {
        unwire();
        disconnect();
        stopWatching();
        stopRetrying();
        stopRenewing();
      };
    },
  };
}

/**
 * Calls when the server takes things again. The device knows of its own network only; a server that restarts shows in
 * the event stream.
 */
function onReachable(hub: EventHub, signedOut: Store<boolean>, listener: () => void): () => void {
  const stops = [
    hub.status.subscribe(() => {
      if (hub.status.get() === 'live') listener();
    }),
    signedOut.subscribe(() => {
      if (!signedOut.get()) listener();
    }),
  ];
  window.addEventListener('online', listener);
  return () => {
    for (const stop of stops) stop();
    window.removeEventListener('online', listener);
  };
}

async function renewStaged(client: ChatClient, attachmentIds: string[]): Promise<ReadonlySet<string>> {
  const answer = await client.trpcClient.supportChat.renewStaged.mutate({ attachmentIds });
  return new Set(answer.attachmentIds);
}

async function restoreUnsent(files: LocalFiles, uploads: Uploads, outbox: Outbox, drafts: Drafts): Promise<void> {
  drafts.load(localStorage);
  const inheritance = await files.inherit();
  const drafted = new Set(Object.values(drafts.store.get()).flatMap((draft) => draft.uploadIds));
  const promised = new Set(inheritance.outgoing.flatMap((message) => message.uploadIds));
  for (const upload of inheritance.uploads) {
    if (promised.has(upload.id)) uploads.restore(upload, false);
    else if (drafted.has(upload.id)) uploads.restore(upload, true);
    else void files.deleteUpload(upload.id);
  }
  // The browser keeps them by id; they go in the order in which they were written.
  const byTime = inheritance.outgoing.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  for (const message of byTime) outbox.restore(message);
  drafts.keepOnlyUploads(new Set(uploads.store.get().map((upload) => upload.id)));
}
