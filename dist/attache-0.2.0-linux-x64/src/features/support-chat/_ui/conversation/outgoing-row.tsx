import { RotateCw, Trash2, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { memo } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { Album } from '../attachment/album.tsx';
import { CardFrame, CardIcon, iconOfFile } from '../attachment/file-card.tsx';
import { ProgressRing } from '../composer/progress-ring.tsx';
import { useUploadWords } from '../composer/use-upload-words.ts';
import { useStore } from '../engine/store.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { describeOutgoing, findUploads, type Outgoing } from '../outbox/outbox-state.ts';
import { canRetry, summariseUploads, type Upload } from '../outbox/upload-queue.ts';
import { Bubble, RowFrame } from './bubble.tsx';
import { MessageMeta } from './message-meta.tsx';
import { MessageText } from './message-text.tsx';

export interface OutgoingRowProps {
  outgoing: Outgoing;
  isFirst: boolean;
  isLast: boolean;
}

/** A message on its way: drawn as it will look, from the files on this device. */
export const OutgoingRow = memo(function OutgoingRow({ outgoing, isFirst, isLast }: OutgoingRowProps) {
  const { outbox, uploads: allUploads } = useChat().engine;
  const uploadList = useStore(allUploads.store, (all) => all);
  const uploads = findUploads(outgoing, uploadList);
  const state = describeOutgoing(outgoing, uploads);
  const remove = (upload: Upload) => outbox.removeUpload(outgoing.clientMessageId, upload.id);
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
        renderTile={(upload) => <OutgoingTile upload={upload} onRemove={() => remove(upload)} />}
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
                  <OutgoingCard key={upload.id} upload={upload} onRemove={() => remove(upload)} />
                ))}
              </div>
            ) : null}
            {outgoing.text ? <MessageText text={outgoing.text} /> : null}
            <MessageMeta {...meta} className="relative top-1 float-right mt-0.5 ml-3 text-bubble-own-muted" />
          </>
        )}
      </Bubble>
      <OutgoingState
        outgoing={outgoing}
        uploads={uploads}
        onRetry={() => outbox.retry(outgoing.clientMessageId)}
        onRemove={() => outbox.remove(outgoing.clientMessageId)}
      />
    </RowFrame>
  );
});

interface OutgoingFileProps {
  upload: Upload;
  onRemove: () => void;
}

function shareOf(upload: Upload): number {
  return upload.sizeBytes > 0 ? upload.sentBytes / upload.sizeBytes : 0;
}

function OutgoingTile({ upload, onRemove }: OutgoingFileProps) {
  const { noteOf } = useUploadWords();
  const isDone = upload.status === 'staged';
  const fit = upload.width === null ? 'object-contain' : 'object-cover';
  return (
    <div className="relative size-full overflow-hidden bg-sunken">
      {upload.kind === 'image' ? (
        // biome-ignore lint/performance/noImgElement: an object URL of a local file
        <img src={upload.localUrl ?? ''} alt="" className={cn('size-full', fit)} />
      ) : (
        <video src={upload.localUrl ?? ''} muted preload="metadata" className={cn('size-full', fit)} />
      )}
      {isDone ? null : (
        <div className="absolute inset-0 flex items-center justify-center bg-black/25">
          <CancelButton upload={upload} onRemove={onRemove} className="size-12 bg-black/55 text-white" />
          <span className="absolute top-1.5 left-1.5 max-w-[calc(100%-0.75rem)] rounded-lg bg-black/60 px-2 py-0.5 text-2xs text-white tabular">
            {noteOf(upload)}
          </span>
        </div>
      )}
    </div>
  );
}

function OutgoingCard({ upload, onRemove }: OutgoingFileProps) {
  const { noteOf } = useUploadWords();
  const Icon = iconOfFile(upload.name);
  const icon =
    upload.status === 'staged' ? (
      <CardIcon>
        <Icon />
      </CardIcon>
    ) : (
      <CancelButton upload={upload} onRemove={onRemove} className="size-11 bg-current/8" />
    );
  return <CardFrame icon={icon} name={upload.name} note={noteOf(upload)} />;
}

function CancelButton({ upload, onRemove, className }: OutgoingFileProps & { className: string }) {
  const t = useTranslations('composer');
  return (
    <button
      type="button"
      onClick={onRemove}
      aria-label={t('cancelFile', { name: upload.name })}
      className={cn('relative flex shrink-0 items-center justify-center rounded-full', className)}
    >
      <ProgressRing share={shareOf(upload)} className="absolute inset-1" />
      <X aria-hidden="true" className="size-4" />
    </button>
  );
}

interface OutgoingStateProps {
  outgoing: Outgoing;
  uploads: readonly Upload[];
  onRetry: () => void;
  onRemove: () => void;
}

/** Under the bubble, only when there is something to say: what is missing, or what went wrong and what can be done. */
function OutgoingState({ outgoing, uploads, onRetry, onRemove }: OutgoingStateProps) {
  const t = useTranslations('conversation');
  const { sendProblemOf, problemOf, isOnline, waitingForNetwork } = useUploadWords();
  const state = describeOutgoing(outgoing, uploads);
  const { waiting, ...own } = summariseUploads(uploads);
  // Those that went ahead with the text count as well: "2 of 3".
  const total = own.total + outgoing.sentBefore;
  const staged = own.staged + outgoing.sentBefore;
  if (state === 'uploading') {
    if (total < 2 && waiting === 0) return null;
    return (
      <p className="mt-1 text-xs text-muted">
        {waiting > 0 ? t('filesWaiting', { staged, total }) : t('filesSent', { staged, total })}
      </p>
    );
  }
  if (state === 'sending') {
    return outgoing.problem === null && isOnline ? null : (
      <p className="mt-1 text-xs text-muted">{isOnline ? t('willRetry') : waitingForNetwork}</p>
    );
  }
  const failed = uploads.find((upload) => upload.status === 'failed');
  const reason = failed?.problem ? problemOf(failed.problem) : sendProblemOf(outgoing.problem ?? 'UNKNOWN');
  const mayHelp = !failed || canRetry(failed);
  return (
    <div role="alert" className="mt-1 flex max-w-full flex-col items-end text-right text-xs">
      <p className="px-1 text-danger-text">
        {t('notSent')} {reason}
      </p>
      <div className="flex gap-1">
        {mayHelp ? (
          <StateButton icon={<RotateCw aria-hidden="true" />} onClick={onRetry}>
            {t('retry')}
          </StateButton>
        ) : null}
        <StateButton icon={<Trash2 aria-hidden="true" />} onClick={onRemove}>
          {t('remove')}
        </StateButton>
      </div>
    </div>
  );
}

function StateButton({ icon, onClick, children }: { icon: React.ReactNode; onClick: () => void; children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="inline-flex h-7 items-center gap-1 rounded-sm px-1.5 font-medium hover:bg-sunken [&_svg]:size-3.5"
    >
      {icon}
      {children}
    </button>
  );
}
