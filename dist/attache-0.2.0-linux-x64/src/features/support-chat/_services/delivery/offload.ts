import { type FileDecision, fileDisposition } from '#shared/http/file-decision.ts';
import { deliveryType } from '#shared/http/inline-types.ts';
import type { HttpAnswer } from '#shared/http/json-error.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import type { DeliverableFile } from '../../_repositories/find-deliverable.ts';

/** How the bytes of an authorised request travel without passing through this process. */
export interface Offloader {
  kind: 'signed-url' | 'x-accel';
  expiresInSeconds: number;
}

/**
 * The answer that hands the transfer over, or null where the driver cannot and the server streams instead.
 * A signed link reads for its life whoever holds it; that is what the operator traded for the bandwidth.
 */
export async function offloadAnswer(
  offloader: Offloader,
  storage: FileStorage,
  file: DeliverableFile,
  decision: FileDecision,
): Promise<HttpAnswer | null> {
  if (offloader.kind === 'signed-url' && storage.offload.signedUrl) {
    const url = await storage.offload.signedUrl(file.storagePath, {
      expiresInSeconds: offloader.expiresInSeconds,
      contentType: deliveryType(file.mimeType).contentType,
      contentDisposition: decision.headers['Content-Disposition'] ?? fileDisposition(file),
    });
    return { status: 302, headers: { ...REDIRECT_HEADERS, Location: url }, body: '' };
  }
  if (offloader.kind === 'x-accel' && storage.offload.internalRedirect) {
    // nginx takes length and range into its own hands and keeps the other fields of this answer.
    const { 'Content-Length': _length, 'Content-Range': _range, ...headers } = decision.headers;
    const location = storage.offload.internalRedirect(file.storagePath);
    const type = deliveryType(file.mimeType).contentType;
    return { status: 200, headers: { ...headers, 'Content-Type': type, 'X-Accel-Redirect': location }, body: '' };
  }
  return null;
}

const REDIRECT_HEADERS = {
  'Cache-Control': 'no-store',
  Vary: 'Cookie',
  'Content-Length': '0',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
};
