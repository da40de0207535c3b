import type { LocalFiles } from './local-files.ts';
import type { UploadTransport } from './upload-transport.ts';
import { uploadByXhr } from './upload-xhr.ts';

/** From this size on a broken connection costs more than the extra requests of a resumable upload. */
const resumableFromBytes = 5 * 1024 * 1024;

/** Small files go in one request; large ones by tus, loaded only then. */
export function createTransportChooser(localFiles: LocalFiles) {
  return (file: Blob): UploadTransport => {
    if (file.size <= resumableFromBytes) return uploadByXhr;
    return async (job) => {
      const { createTusTransport } = await import('./upload-tus.ts');
      return createTusTransport(localFiles)(job);
    };
  };
}
