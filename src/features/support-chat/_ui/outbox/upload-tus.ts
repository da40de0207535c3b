import { DetailedError, Upload as TusUpload } from 'tus-js-client';
import {
  readStagedAttachment,
  readUploadFailure,
  UploadFailure,
  type UploadJob,
  type UploadTransport,
} from './upload-transport.ts';

const endpoint = '/api/support-chat/uploads/resumable';
/** Lets the server store what arrived so far even behind a proxy that buffers whole requests. */
const chunkBytes = 8 * 1024 * 1024;

function describe(error: Error): UploadFailure {
  if (!(error instanceof DetailedError) || !error.originalResponse) return new UploadFailure('NETWORK');
  const response = error.originalResponse;
  return readUploadFailure(response.getStatus(), response.getBody(), response.getHeader('Retry-After') ?? null);
}

/** The bytes are there but the last response got lost on the way: the upload remembers what became of it. */
async function askForAttachment(url: string | null, { signal, onAddress }: UploadJob) {
  const response = url === null ? null : await fetch(url, { signal }).catch(() => null);
  const attachment = response?.ok ? readStagedAttachment(await response.text()) : null;
  if (attachment) return attachment;
  // Without a response it is asked again; with one that names no file, the file is gone and has to travel anew.
  if (response?.ok) onAddress(null);
  signal.throwIfAborted();
  throw new UploadFailure('NETWORK');
}

/**
 * A resumable upload (tus 1.0). The address it reports is kept beside the file, so a reload resumes where it was.
 * Retrying is left to the outbox, which shows the pause to the person.
 */
export const uploadByTus: UploadTransport = (job) =>
  new Promise((resolve, reject) => {
    let lastBody = '';
    const upload = new TusUpload(job.file, {
      endpoint,
      uploadUrl: job.resumeUrl,
      chunkSize: chunkBytes,
      retryDelays: null,
      storeFingerprintForResuming: false,
      metadata: {
        filename: job.name,
        filetype: job.mimeType,
        ...(job.dialogId === null ? {} : { dialogId: job.dialogId }),
      },
      onUploadUrlAvailable: () => job.onAddress(upload.url),
      onProgress: (sentBytes) => job.onProgress(sentBytes),
      onAfterResponse: (_request, response) => {
        if (response.getBody()) lastBody = response.getBody();
        const offset = Number.parseInt(response.getHeader('Upload-Offset') ?? '', 10);
        if (!Number.isNaN(offset)) job.onStored(offset);
      },
      onSuccess: () => {
        const attachment = readStagedAttachment(lastBody);
        if (attachment) resolve(attachment);
        else askForAttachment(upload.url, job).then(resolve, reject);
      },
      onError: (error) => reject(describe(error)),
    });
    job.signal.addEventListener('abort', () => {
      // `true` also tells the server to forget the bytes it already has.
      void upload.abort(true).catch(() => undefined);
      reject(job.signal.reason);
    });
    upload.start();
  });
