import { memo } from 'react';
import { useStore } from '#shared/ui/store.ts';
import { Album } from '../attachment/album.tsx';
import { useChat } from '../engine/support-chat-provider.tsx';
import { describeOutgoing, findUploads, type Outgoing } from '../outbox/outgoing.ts';
import { MessageBubble, RowFrame } from './bubble.tsx';
import { OutgoingCard, OutgoingTile } from './outgoing-files.tsx';
import { OutgoingNote } from './outgoing-note.tsx';

export interface OutgoingRowProps {
  outgoing: Outgoing;
  isFirst: boolean;
  isLast: boolean;
}

/** A message on its way: drawn as it will look, from the files on this device. */
export const OutgoingRow = memo(function OutgoingRow({ outgoing, isFirst, isLast }: OutgoingRowProps) {
  const { outbox } = useChat().engine;
  const uploads = findUploads(
    outgoing.uploadIds,
    useStore(outbox.store, (state) => state.uploads),
  );
  const state = describeOutgoing(outgoing, uploads);
  const remove = (uploadId: string) =>
    state === 'sending' ? null : () => outbox.dispatch({ type: 'fileRemoved', uploadId });
  const tiles = uploads.filter((upload) => upload.localUrl !== null);
  const cards = uploads.filter((upload) => upload.localUrl === null);
  const hasText = cards.length > 0 || outgoing.text !== '';
  const album =
    tiles.length > 0 ? (
      <Album
        items={tiles}
        hasText={hasText}
        keyOf={(upload) => upload.id}
        renderTile={(upload) => <OutgoingTile upload={upload} onRemove={remove(upload.id)} />}
      />
    ) : null;
  return (
    <RowFrame isOwn isFirst={isFirst}>
      <MessageBubble
        {...{ isOwn: true, isFirst, isLast, album, text: outgoing.text }}
        cards={
          cards.length > 0
            ? cards.map((upload) => <OutgoingCard key={upload.id} upload={upload} onRemove={remove(upload.id)} />)
            : null
        }
        meta={{ at: outgoing.createdAt, delivery: state === 'failed' ? 'failed' : 'sending' }}
      />
      <OutgoingNote outgoing={outgoing} uploads={uploads} state={state} />
    </RowFrame>
  );
});
