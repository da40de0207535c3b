import { StorageUnavailableError } from '../storage-errors.ts';

/**
 * Waits for a removal after `failure`, whether it succeeds or not; but not for a storage that does not answer, since
 * the sender has waited long enough for the first failure. Never throws.
 */
export async function settleUnlessSilent(removing: Promise<unknown>, failure: unknown): Promise<void> {
  const settled = removing.then(ignore, ignore);
  if (!(failure instanceof StorageUnavailableError && failure.reason === 'timeout')) await settled;
}

function ignore(): void {}
