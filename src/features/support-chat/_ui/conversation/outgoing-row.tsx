import { memo } from 'react';
import { useStore } from '#shared/ui/store.ts';
import { Album } from '../attachment/album.tsx';
import { useChat } from '../engine/support-chat-provider.tsx';
import { describeOutgoing, findUploads, type Outgoing } from '../outbox/outgoing.ts';
import { Bubble, RowFrame } from './bubble.tsx';
import { MessageMeta } from './message-meta.tsx';
import { MessageText } from './message-text.tsx';
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
  const meta = { at: outgoing.createdAt, delivery: state === 'failed' ? 'failed' : 'sending' } as const;
  const isBare = tiles.length > 0 && cards.length === 0 && outgoing.text === '';
  const album =
    tiles.length > 0 ? (
      <Album
        items={tiles}
        hasText={!isBare}
        keyOf={(upload) => upload.id}
        renderTile={(upload) => <OutgoingTile upload={upload} onRemove={remove(upload.id)} />}
      />
    ) : null;
  return (
    <RowFrame isOwn isFirst={isFirst}>
      <Bubble
        isOwn
        isFirst={isFirst}
        isLast={isLast}
        media={album}
        overlay={isBare ? <MessageMeta {...meta} isOverlay className="absolute right-1.5 bottom-1.5" /> : null}
      >
        {isBare ? null : (
          <>
            {cards.length > 0 ? (
              <div className="flex flex-col gap-2 py-1">
                {cards.map((upload) => (
                  <OutgoingCard key={upload.id} upload={upload} onRemove={remove(upload.id)} />
                ))}
              </div>
            ) : null}
            {outgoing.text ? <MessageText text={outgoing.text} /> : null}
            <MessageMeta {...meta} className="relative top-1 float-right mt-0.5 ml-3 text-bubble-own-muted" />
          </>
        )}
      </Bubble>
      <OutgoingNote outgoing={outgoing} uploads={uploads} state={state} />
    </RowFrame>
  );
});
