import { decideFile, METHOD_NOT_ALLOWED } from '#shared/http/file-decision.ts';
import { errorAnswer, NOT_FOUND_ANSWER } from '#shared/http/json-error.ts';
import { answerResponse, deliveryHeaders, fileResponse } from '#shared/http/send-web.ts';
import { StorageObjectMissingError, StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import type { DeliverAttachment, DeliveryRequest } from './deliver-attachment.ts';
import { describeFile } from './describe-file.ts';
import { storageOfFile } from './storage-of-file.ts';

/**
 * The same decisions as `DeliverAttachment.handle`, as a web `Response` for hosts without a Node response.
 * What is lost there stands in docs/http-contract.md.
 */
export async function deliverToWeb(
  deliver: DeliverAttachment,
  request: Omit<DeliveryRequest, 'method' | 'headers'>,
  web: Request,
): Promise<Response> {
  if (web.method !== 'GET' && web.method !== 'HEAD') return fileResponse(METHOD_NOT_ALLOWED, noBytes, web.signal);
  const headers = deliveryHeaders(web.headers);
  const authorised = await deliver.authorise({ ...request, method: web.method, headers });
  if ('answer' in authorised) return answerResponse(authorised.answer);
  const { file, userId } = authorised;
  const decision = decideFile({
    method: web.method,
    headers,
    file: describeFile(file, request.variant),
    download: request.download,
  });
  const opening = { ...request, method: web.method };
  if (decision.body === null) {
    if (decision.status === 304 || decision.status === 200) deliver.noteOpening(opening, userId);
    return fileResponse(decision, noBytes, web.signal);
  }
  try {
    return await deliver.withSlot(userId, (storages, release) =>
      fileResponse(
        decision,
        async (range, signal) => {
          const storage = await storageOfFile(storages, file);
          const source = await storage.open(file.storagePath, range ? { range, signal } : { signal });
          deliver.noteOpening(opening, userId);
          return source.once('close', release);
        },
        web.signal,
      ),
    );
  } catch (error) {
    if (error instanceof StorageObjectMissingError) return answerResponse(NOT_FOUND_ANSWER);
    if (!(error instanceof StorageUnavailableError)) throw error;
    return answerResponse(errorAnswer('STORAGE_UNAVAILABLE', { retryAfterSeconds: error.retryAfterSeconds }));
  }
}

const noBytes = () => Promise.reject(new TypeError('this answer has no bytes'));
