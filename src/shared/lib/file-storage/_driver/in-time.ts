import { storageTimeout } from '../storage-errors.ts';

/**
 * For work that nothing can cancel, as a call to a disk that hangs: the caller is answered, the work goes on unheard.
 * @throws StorageUnavailableError after `timeoutMs`, else what `work` throws
 */
export async function inTime<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(storageTimeout()), timeoutMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
