import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { cn } from '#shared/ui/cn.ts';
import { CardFrame, CardIcon, iconOfFile } from '../attachment/file-card.tsx';
import { ProgressRing } from '../composer/progress-ring.tsx';
import { useUploadWords } from '../composer/use-upload-words.ts';
import type { Upload } from '../outbox/upload.ts';

export interface OutgoingFileProps {
  upload: Upload;
  /** Null while the message is being sent: then nothing can be taken out any more. */
  onRemove: (() => void) | null;
}

export function OutgoingTile({ upload, onRemove }: OutgoingFileProps) {
  const { noteOf } = useUploadWords();
  const isDone = upload.status === 'staged';
  const look = cn('size-full', upload.width === null ? 'object-contain' : 'object-cover');
  return (
    <div className="relative size-full overflow-hidden bg-sunken">
      {upload.kind === 'image' ? (
        // biome-ignore lint/performance/noImgElement: an object URL of a local file
        <img src={upload.localUrl ?? ''} alt="" className={look} />
      ) : (
        <video src={upload.localUrl ?? ''} muted preload="metadata" className={look} />
      )}
      {isDone ? (
        <RemoveButton
          upload={upload}
          onRemove={onRemove}
          className="absolute top-1.5 right-1.5 size-7 bg-black/55 text-white"
        />
      ) : (
        <div className="absolute inset-0 flex items-center justify-center bg-black/25">
          <RemoveButton upload={upload} onRemove={onRemove} className="size-12 bg-black/55 text-white" />
          <span className="absolute top-1.5 left-1.5 max-w-[calc(100%-0.75rem)] rounded-lg bg-black/60 px-2 py-0.5 text-2xs text-white tabular">
            {noteOf(upload)}
          </span>
        </div>
      )}
    </div>
  );
}

export function OutgoingCard({ upload, onRemove }: OutgoingFileProps) {
  const { noteOf } = useUploadWords();
  const Icon = iconOfFile(upload.name);
  const isDone = upload.status === 'staged';
  const icon = isDone ? (
    <CardIcon>
      <Icon />
    </CardIcon>
  ) : (
    <RemoveButton upload={upload} onRemove={onRemove} className="size-11 bg-current/8" />
  );
  const aside = isDone ? <RemoveButton upload={upload} onRemove={onRemove} className="size-7" /> : null;
  return <CardFrame icon={icon} name={upload.name} note={noteOf(upload)} aside={aside} />;
}

/** Takes the file out of its message; around the cross, how far it is. */
function RemoveButton({ upload, onRemove, className }: OutgoingFileProps & { className: string }) {
  const t = useTranslations('composer');
  const isDone = upload.status === 'staged';
  if (onRemove === null) return null;
  return (
    <button
      type="button"
      onClick={onRemove}
      aria-label={t(isDone ? 'removeFile' : 'cancelFile', { name: upload.name })}
      className={cn('flex shrink-0 items-center justify-center rounded-full', isDone ? null : 'relative', className)}
    >
      {isDone ? null : (
        <ProgressRing
          share={upload.sizeBytes > 0 ? upload.sentBytes / upload.sizeBytes : 0}
          className="absolute inset-1"
        />
      )}
      <X aria-hidden="true" className="size-4" />
    </button>
  );
}
