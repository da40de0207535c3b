import { readFile } from 'node:fs/promises';
import { AcceptedLosses } from '#features/support-chat/_services/legacy/accepted-losses.ts';
import { UsageError } from './flags.ts';

export const ACCEPT_MISSING_HELP = 'accept the lost files and invalid entries that a report file of --verify lists';

/** The losses that `--accept-missing FILE` names; none without the flag. @throws UsageError */
export async function readAcceptedLosses(file: string | undefined): Promise<AcceptedLosses> {
  if (file === undefined) return AcceptedLosses.none();
  try {
    return AcceptedLosses.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--accept-missing ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
