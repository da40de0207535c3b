import process from 'node:process';
import { endAll } from '../bench/at-end.ts';
import { runBench } from '../bench/run-bench.ts';
import { describeFlags, parseFlags, UsageError } from './command/flags.ts';

const FLAGS = {
  full: { type: 'boolean', help: 'longer; 1,000,000 messages, 100,000 stale files; writes docs/benchmarks-full.md' },
  only: {
    type: 'text',
    help: 'delivery,uploads,pressure,s3,lists,jobs or some of them: the page then holds those alone',
  },
} as const;
const HELP = `Measures side by side with a floor in the same run, prints what was reached and missed, and writes docs/benchmarks.md.

Usage: npm run bench -- [flags]

${describeFlags(FLAGS)}
`;
const PARTS = ['delivery', 'uploads', 'pressure', 's3', 'lists', 'jobs'];

const values = readArguments();
if (values instanceof UsageError) {
  process.stderr.write(`${values.message}\n\n${HELP}`);
  process.exitCode = 2;
} else if (values.help) {
  process.stdout.write(HELP);
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void endAll().finally(() => process.exit(1)));
  }
  try {
    await runBench(values);
  } finally {
    await endAll();
  }
}

function readArguments(): { help: boolean; full: boolean; only: string[] | null } | UsageError {
  try {
    const { help, full, only } = parseFlags({ ...FLAGS, help: { type: 'boolean', help: '' } }, process.argv.slice(2));
    const names = only?.split(',') ?? null;
    const unknown = names?.find((name) => !PARTS.includes(name));
    if (unknown !== undefined) throw new UsageError(`no part is called ${unknown}`);
    return { help, full, only: names };
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}
