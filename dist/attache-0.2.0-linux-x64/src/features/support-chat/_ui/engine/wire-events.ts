import type { ChatClient } from './chat-client.ts';
import { catchUp, refreshConversationLists, showMessage, showReadMark, swapMessage } from './conversation-messages.ts';
import type { Side } from './current-user.ts';
import type { EventHub } from './event-hub.ts';
import { refreshPresence, showPresence } from './presence.ts';
import type { Typing } from './typing.ts';

/** A burst of events costs one refresh of the lists. */
const listPauseMs = 150;

/** Lets events change what the page holds. Returns the way to stop. */
export function wireEvents(hub: EventHub, client: ChatClient, typing: Typing, side: Side): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refreshLists = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      refreshConversationLists(client);
    }, listPauseMs);
  };
  const stops = [
    hub.on('message.created', ({ dialogId, message }) => {
      showMessage(client, message);
      if (message.senderType !== side) typing.stop(dialogId);
      refreshLists();
    }),
    hub.on('message.updated', ({ message }) => {
      swapMessage(client, message);
      refreshLists();
    }),
    hub.on('read.updated', ({ dialogId, ...mark }) => {
      showReadMark(client, dialogId, mark);
      refreshLists();
    }),
    hub.on('dialog.created', refreshLists),
    hub.on('typing', ({ dialogId, senderType, name }) => {
      if (senderType !== side) typing.start(dialogId, name);
    }),
    hub.on('presence.updated', (presence) => showPresence(client, presence)),
    hub.onGap(() => {
      void catchUp(client);
      refreshPresence(client);
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}
