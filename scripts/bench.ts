import process from 'node:process';
import { runExitHooks } from '../bench/exit-hooks.ts';
import { runBench } from '../bench/run-bench.ts';
import { describeFlags, parseFlags, UsageError } from './command/flags.ts';

const FLAGS = {
  full: { type: 'boolean', help: 'longer; 1,000,000 messages, 100,000 stale files; writes docs/benchmarks-full.md' },
  only: {
    type: 'text',
    help: 'some of delivery,uploads,pressure,s3,lists,jobs; the page then has only those',
  },
} as const;
const HELP = `Measures next to a baseline in the same run, prints which targets were reached, and writes docs/benchmarks.md.

Usage: npm run bench -- [flags]

${describeFlags(FLAGS)}
`;
const SECTIONS = ['delivery', 'uploads', 'pressure', 's3', 'lists', 'jobs'];

const values = readArguments();
if (values instanceof UsageError) {
  process.stderr.write(`${values.message}\n\n${HELP}`);
  process.exitCode = 2;
} else if (values.help) {
  process.stdout.write(HELP);
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void runExitHooks().finally(() => process.exit(1)));
  }
  try {
    await runBench(values);
  } finally {
    await runExitHooks();
  }
}

function readArguments(): { help: boolean; full: boolean; only: string[] | null } | UsageError {
  try {
    const { help, full, only } = parseFlags({ ...FLAGS, help: { type: 'boolean', help: '' } }, process.argv.slice(2));
    const names = only?.split(',') ?? null;
    const unknown = names?.find((name) => !SECTIONS.includes(name));
    if (unknown !== undefined) throw new UsageError(`unknown section ${unknown}`);
    return { help, full, only: names };
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}
