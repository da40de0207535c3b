import { RotateCw, SendHorizontal, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useState } from 'react';
import { useUploadWords } from '../composer/use-upload-words.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import type { Outgoing, OutgoingState } from '../outbox/outgoing.ts';
import { canRetry, summariseUploads, type Upload } from '../outbox/upload.ts';

/** On a good line files are there before anybody wonders. */
const lateMs = 3_000;

export interface OutgoingNoteProps {
  outgoing: Outgoing;
  uploads: readonly Upload[];
  state: OutgoingState;
}

/** Under the bubble, only when there is something to say: what is missing, or what went wrong, and what can be done. */
export function OutgoingNote({ outgoing, uploads, state }: OutgoingNoteProps) {
  const t = useTranslations('conversation');
  const { isOnline, waitingForNetwork } = useUploadWords();
  if (state === 'failed') return <FailedNote outgoing={outgoing} uploads={uploads} />;
  if (state === 'uploading') return <UploadingNote outgoing={outgoing} uploads={uploads} />;
  if (outgoing.problem === null && isOnline) return null;
  return <p className="mt-1 text-xs text-muted">{isOnline ? t('willRetry') : waitingForNetwork}</p>;
}

type NoteProps = Omit<OutgoingNoteProps, 'state'>;

function UploadingNote({ outgoing, uploads }: NoteProps) {
  const t = useTranslations('conversation');
  const { isOnline } = useUploadWords();
  const isLate = useIsLate(outgoing.createdAt);
  const { waiting, staged, total } = summariseUploads(uploads);
  const counts = total > 1 || waiting > 0 ? t(waiting > 0 ? 'filesWaiting' : 'filesSent', { staged, total }) : null;
  const isTextOffered = isLate && isOnline && outgoing.text !== '';
  if (counts === null && !isTextOffered) return null;
  return (
    <div className="mt-1 flex max-w-full flex-wrap items-center justify-end gap-x-2 text-xs">
      {counts === null ? null : <p className="text-muted">{counts}</p>}
      {isTextOffered ? <SendTextButton id={outgoing.clientMessageId} /> : null}
    </div>
  );
}

function FailedNote({ outgoing, uploads }: NoteProps) {
  const t = useTranslations('conversation');
  const { outbox } = useChat().engine;
  const { sendProblemOf, problemOf } = useUploadWords();
  const { clientMessageId: id } = outgoing;
  const failed = uploads.find(({ status }) => status === 'failed');
  const reason = failed?.problem ? problemOf(failed.problem) : sendProblemOf(outgoing.problem ?? 'UNKNOWN');
  return (
    <div role="alert" className="mt-1 flex max-w-full flex-col items-end text-right text-xs">
      <p className="px-1 text-danger-text">
        {t('notSent')} {reason}
      </p>
      <div className="flex flex-wrap justify-end gap-1">
        {!failed || canRetry(failed) ? (
          <NoteButton
            icon={<RotateCw aria-hidden="true" />}
            onClick={() => outbox.dispatch({ type: 'messageRetried', id })}
          >
            {t('retry')}
          </NoteButton>
        ) : null}
        {failed && outgoing.text !== '' ? <SendTextButton id={id} /> : null}
        <NoteButton
          icon={<Trash2 aria-hidden="true" />}
          onClick={() => outbox.dispatch({ type: 'messageRemoved', id })}
        >
          {t('remove')}
        </NoteButton>
      </div>
    </div>
  );
}

function SendTextButton({ id }: { id: string }) {
  const t = useTranslations('conversation');
  const { outbox } = useChat().engine;
  return (
    <NoteButton icon={<SendHorizontal aria-hidden="true" />} onClick={() => outbox.sendTextNow(id)}>
      {t('sendTextNow')}
    </NoteButton>
  );
}

function NoteButton({ icon, onClick, children }: { icon: ReactNode; onClick: () => void; children: string }) {
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

/** `since`: ISO 8601, this device's clock. */
function useIsLate(since: string): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), Math.max(0, Date.parse(since) + lateMs - Date.now()));
    return () => clearTimeout(timer);
  }, [since]);
  return isLate;
}
