import { guessKind, measureLocalMedia } from './describe-file.ts';
import { carriesPlace } from './photo-place.ts';
import type { StoredUploadFields, Upload } from './upload.ts';

/** An upload that has not been tried, from a chosen file or from what the browser kept of one. */
export function createUpload(stored: StoredUploadFields): Upload {
  const { id, dialogId, name, mimeType, file, width, height, attachment } = stored;
  const kind = guessKind(name, mimeType);
  return {
    ...{ id, dialogId, name, mimeType, file, width, height, attachment },
    // Records of earlier versions have no address.
    resumeUrl: stored.resumeUrl ?? null,
    sizeBytes: file.size,
    kind,
    localUrl: kind === 'image' || kind === 'video' ? URL.createObjectURL(file) : null,
    carriesPlace: false,
    status: attachment ? 'staged' : kind === 'image' ? 'held' : 'queued',
    sentBytes: attachment ? file.size : 0,
    storedBytes: 0,
    bytesPerSecond: null,
    problem: null,
    tries: 0,
    retryAt: null,
  };
}

/** What the browser finds out about a file by itself, as it finds it: its size in pixels, and whether it tells a place. */
export async function* measureFile(
  upload: Upload,
): AsyncGenerator<Partial<Pick<Upload, 'width' | 'height' | 'carriesPlace'>>> {
  const { kind, localUrl, width, file, mimeType } = upload;
  const size = localUrl && width === null ? await measureLocalMedia(kind, localUrl) : null;
  if (size) yield size;
  if (kind === 'image' && (await carriesPlace(file, mimeType))) yield { carriesPlace: true };
}
