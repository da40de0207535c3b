import { StorageUnavailableError } from '../storage-errors.ts';
import { socketCode } from './socket-code.ts';

/**
 * What to do about a connection that fails, for whoever set the storage up. `cause` is the error of the socket or of our
 * own timeout, `setting` names the address, `hostAdvice` says more about a host that nobody knows.
 */
export function connectionAdvice(
  cause: unknown,
  { storage, setting, hostAdvice = '' }: { storage: string; setting: string; hostAdvice?: string },
): string {
  if (cause instanceof StorageUnavailableError) {
    return `the ${storage} storage does not answer in time: look after the server at ${setting}, or raise STORAGE_TIMEOUT_SECONDS`;
  }
  switch (socketCode(cause)) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return `nothing answers at ${setting}: start the storage, or correct its address`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host of ${setting} is unknown: correct it${hostAdvice}`;
    default:
      return `the ${storage} storage cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
