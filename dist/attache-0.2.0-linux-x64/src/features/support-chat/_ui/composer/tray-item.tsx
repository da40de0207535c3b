import { Brush, MapPinOff, Play, RotateCw, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { iconOfFile } from '../attachment/file-card.tsx';
import { FileName } from '../attachment/file-name.tsx';
import { canRetry, type Upload } from '../outbox/upload-queue.ts';
import { ProgressRing } from './progress-ring.tsx';
import { useUploadWords } from './use-upload-words.ts';

export interface TrayItemProps {
  upload: Upload;
  onRemove: () => void;
  onRetry: () => void;
  /** Absent where the file is not a picture this browser can draw. */
  onBlackOut?: () => void;
}

/** A file that will go with the next message: its likeness, how far it is, and what can be done about it. */
export function TrayItem({ upload, onRemove, onRetry, onBlackOut }: TrayItemProps) {
  const t = useTranslations('composer');
  const { noteOf } = useUploadWords();
  const isFailed = upload.status === 'failed';
  return (
    <li
      className={cn(
        'flex w-full shrink-0 sm:w-72 items-center gap-2.5 rounded-lg border p-1.5 pr-1 animate-rise-in',
        isFailed ? 'border-danger/40 bg-danger-soft' : 'border-line bg-raised',
      )}
    >
      <Likeness upload={upload} />
      <div className="min-w-0 flex-1 text-sm">
        <FileName name={upload.name} />
        <p
          className={cn('text-2xs tabular', isFailed ? 'text-danger-text' : 'truncate text-muted')}
          title={noteOf(upload)}
        >
          {noteOf(upload)}
        </p>
        {upload.carriesPlace ? (
          <p className="mt-0.5 flex gap-1 text-2xs text-waiting-text">
            <MapPinOff aria-hidden="true" className="size-3 shrink-0" />
            {t('placeRemoved')}
          </p>
        ) : null}
      </div>
      <div className="flex">
        {onBlackOut ? (
          <IconButton size="sm" label={t('blackOut', { name: upload.name })} onClick={onBlackOut}>
            <Brush aria-hidden="true" />
          </IconButton>
        ) : null}
        {canRetry(upload) ? (
          <IconButton size="sm" label={t('retryFile', { name: upload.name })} onClick={onRetry}>
            <RotateCw aria-hidden="true" />
          </IconButton>
        ) : null}
        <IconButton
          size="sm"
          label={t(upload.status === 'uploading' ? 'cancelFile' : 'removeFile', { name: upload.name })}
          onClick={onRemove}
        >
          <X aria-hidden="true" />
        </IconButton>
      </div>
    </li>
  );
}

function Likeness({ upload }: { upload: Upload }) {
  const [isBroken, setBroken] = useState(false);
  const Icon = iconOfFile(upload.name);
  const isRunning = upload.status === 'uploading' || upload.status === 'queued' || upload.status === 'waiting';
  const url = isBroken ? null : upload.localUrl;
  return (
    <span className="relative flex size-12 shrink-0 items-center justify-center overflow-hidden rounded-md bg-sunken text-muted">
      {url && upload.kind === 'image' ? (
        // biome-ignore lint/performance/noImgElement: an object URL of a local file
        <img src={url} alt="" onError={() => setBroken(true)} className="size-full object-cover" />
      ) : url && upload.kind === 'video' ? (
        <>
          <video
            src={url}
            muted
            preload="metadata"
            onError={() => setBroken(true)}
            className="size-full object-cover"
          />
          <Play aria-hidden="true" className="absolute size-4 fill-white text-white drop-shadow" />
        </>
      ) : (
        <Icon aria-hidden="true" className="size-5" />
      )}
      {isRunning ? (
        <span className="absolute inset-0 flex items-center justify-center bg-black/40 text-white">
          <ProgressRing share={upload.sizeBytes > 0 ? upload.sentBytes / upload.sizeBytes : 0} className="size-7" />
        </span>
      ) : null}
    </span>
  );
}
