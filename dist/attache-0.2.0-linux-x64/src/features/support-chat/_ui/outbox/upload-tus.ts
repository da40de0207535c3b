import { DetailedError, Upload as TusUpload } from 'tus-js-client';
import type { LocalFiles } from './local-files.ts';
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

/** The bytes are there but the last answer got lost on the way: the upload remembers what became of it. */
async function askForAttachment(url: string | null, job: UploadJob, localFiles: LocalFiles) {
  const answer = url === null ? null : await fetch(url, { signal: job.signal }).catch(() => null);
  const attachment = answer?.ok ? readStagedAttachment(await answer.text()) : null;
  if (attachment) return attachment;
  // Without an answer it is asked again; with one that names no file, the file is gone and has to travel anew.
  if (answer?.ok) await localFiles.patchUpload(job.id, { resumeUrl: null });
  job.signal.throwIfAborted();
  throw new UploadFailure('NETWORK');
}

/**
 * A resumable upload (tus 1.0). Its address is kept beside the file in the browser's store, so a reload goes on from
 * where it was. Retrying is left to the upload queue, which shows the pause to the person.
 */
export function createTusTransport(localFiles: LocalFiles): UploadTransport {
  return async (job: UploadJob) => {
    const stored = await localFiles.findUpload(job.id);
    // Ended while we looked: the listener below would hear nothing of it.
    job.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      let lastBody = '';
      const upload = new TusUpload(job.file, {
        endpoint,
        uploadUrl: stored?.resumeUrl ?? null,
        chunkSize: chunkBytes,
        retryDelays: null,
        storeFingerprintForResuming: false,
        metadata: {
          filename: job.name,
          filetype: job.mimeType,
          ...(job.dialogId === null ? {} : { dialogId: job.dialogId }),
        },
        onUploadUrlAvailable: () => void localFiles.patchUpload(job.id, { resumeUrl: upload.url }),
        onProgress: (sentBytes) => job.onProgress(sentBytes),
        onAfterResponse: (_request, response) => {
          if (response.getBody()) lastBody = response.getBody();
          const offset = Number.parseInt(response.getHeader('Upload-Offset') ?? '', 10);
          if (!Number.isNaN(offset)) job.onStored(offset);
        },
        onSuccess: () => {
          const attachment = readStagedAttachment(lastBody);
          if (attachment) resolve(attachment);
          else askForAttachment(upload.url, job, localFiles).then(resolve, reject);
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
  };
}
