import process from 'node:process';
import { BadSettingsError } from '#shared/config/private.ts';
import { UsageError } from './flags.ts';

/**
 * Runs a command without flags: `--help`, one line on standard error when it fails, exit code 1 for a failure and 2 for
 * bad arguments or settings. Exits explicitly, so that nothing left open keeps the process running.
 */
export async function runPlainCommand(
  name: string,
  summary: string,
  work: (args: string[]) => Promise<void>,
  { takesArguments = false, reports = false } = {},
): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${summary}\n\nUsage: npm run ${name}\n`);
    return;
  }
  try {
    if (args.length > 0 && !takesArguments) throw new UsageError(`${name} takes no arguments, got ${args.join(' ')}`);
    await work(args);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    if (reports) process.stdout.write(`${JSON.stringify({ error: describe(error) })}\n`);
    process.exit(error instanceof UsageError || error instanceof BadSettingsError ? 2 : 1);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection is an AggregateError without a message: one error per address of the host.
  return error.message || (error instanceof AggregateError ? String(error.errors[0]?.message ?? error) : error.name);
}
