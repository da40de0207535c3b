import { readStagedAttachment, readUploadFailure, UploadFailure, type UploadTransport } from './upload-transport.ts';

const uploadUrl = '/api/support-chat/uploads';

/** One multipart request. XMLHttpRequest and not fetch: only it reports how much of the body has left. */
export const uploadByXhr: UploadTransport = (job) =>
  new Promise((resolve, reject) => {
    const form = new FormData();
    // The server checks the conversation before it reads the file, so the field must come first.
    if (job.dialogId !== null) form.append('dialogId', job.dialogId);
    form.append('file', job.file, job.name);

    const request = new XMLHttpRequest();
    request.open('POST', uploadUrl);
    const abort = () => request.abort();
    job.signal.addEventListener('abort', abort, { once: true });
    request.upload.onprogress = (event) => job.onProgress(Math.min(event.loaded, job.file.size));
    request.onload = () => {
      const attachment = request.status === 201 ? readStagedAttachment(request.responseText) : null;
      if (attachment) resolve(attachment);
      else reject(readUploadFailure(request.status, request.responseText, request.getResponseHeader('Retry-After')));
    };
    // A server that refuses early may close the connection before the body is through; the browser then reports a
    // broken network. The next try meets the same refusal while the body is still small, so nothing is hidden for good.
    request.onerror = () => reject(new UploadFailure('NETWORK'));
    request.onabort = () => reject(job.signal.reason);
    request.onloadend = () => job.signal.removeEventListener('abort', abort);
    request.send(form);
  });
