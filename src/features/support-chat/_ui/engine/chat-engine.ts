import { createStore, type Store } from '#shared/ui/store.ts';
import type { LocalPictures } from '../attachment/use-local-picture.ts';
import { chooseTransport } from '../outbox/choose-transport.ts';
import { readDrafts, writeDrafts } from '../outbox/drafts.ts';
import { openLocalStore } from '../outbox/local-store.ts';
import { Outbox } from '../outbox/outbox.ts';
import type { Upload } from '../outbox/upload.ts';
import { type ChatClient, createChatClient } from './chat-client.ts';
import { refreshConversationLists, showFirstMessage, showMessage } from './conversation-messages.ts';
import { type CurrentUser, sideOf } from './current-user.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { createOutboxApi } from './outbox-api.ts';
import { createTyping, type Typing } from './typing.ts';
import { watchSession } from './watch-session.ts';
import { wireEvents } from './wire-events.ts';

/** Everything of the chat that outlives a component: one per tab. */
export interface ChatEngine {
  client: ChatClient;
  hub: EventHub;
  typing: Typing;
  outbox: Outbox;
  localPictures: Store<LocalPictures>;
  /** In the browser only. Returns the way to stop. */
  start(): () => void;
}

export function createChatEngine(currentUser: CurrentUser): ChatEngine {
  const client = createChatClient();
  const hub = createEventHub('/api/support-chat/events', currentUser.id);
  const typing = createTyping();
  const localPictures = createStore<LocalPictures>({});
  const outbox = new Outbox({
    api: createOutboxApi(client),
    localStore: openLocalStore(currentUser.id),
    keptDrafts: {
      read: () => readDrafts(localStorage, currentUser.id),
      write: (drafts) => writeDrafts(localStorage, currentUser.id, drafts),
    },
    chooseTransport,
    onAttached: (uploads) => localPictures.update((known) => ({ ...known, ...pictureEntries(uploads) })),
    onSent(message) {
      showMessage(client, message);
      refreshConversationLists(client);
    },
    onCreated: (created, message, files) => showFirstMessage(client, currentUser, { created, message, files }),
  });
  return {
    client,
    hub,
    typing,
    outbox,
    localPictures,
    start() {
      const stops = [
        outbox.start(),
        wireEvents(hub, client, typing, sideOf(currentUser)),
        hub.start(),
        watchSession({ hub, currentUserId: currentUser.id, signedOut: client.signedOut }),
        onReachable(hub, client.signedOut, () => outbox.dispatch({ type: 'reachable' })),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function pictureEntries(uploads: readonly Upload[]): LocalPictures {
  const entries = uploads.flatMap(({ attachment, localUrl: url, width, height }) =>
    attachment && url ? [[attachment.id, { url, width, height }] as const] : [],
  );
  return Object.fromEntries(entries);
}

/**
 * Calls when the server accepts things again. The device knows of its own network only; a server that restarts shows in
 * the event stream, a new session in any response.
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
  return () => {
    for (const stop of stops) stop();
  };
}
