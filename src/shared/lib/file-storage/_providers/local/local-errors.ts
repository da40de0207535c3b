import { createErrorMapping } from '../../_driver/error-mapping.ts';
import type { StorageFailure } from '../../storage-errors.ts';

/** No file of that name can exist: a part of the path is a file, or a legacy name is longer than the disk allows. */
const MISSING_CODES = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

const REASONS: Readonly<Record<string, StorageFailure>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EACCES: 'refused',
  EPERM: 'refused',
  EROFS: 'refused',
};

export const { toStorageError, toUnavailable } = createErrorMapping('local', isMissing, (error) => {
  const code = codeOf(error);
  return { reason: REASONS[code ?? ''] ?? 'failed', code };
});

export function isMissing(error: unknown): boolean {
  return MISSING_CODES.has(codeOf(error) ?? '');
}

export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
