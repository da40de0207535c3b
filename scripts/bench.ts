import process from 'node:process';
import { parseArgs } from 'node:util';
import { endAll } from '../bench/at-end.ts';
import { runBench } from '../bench/run-bench.ts';

const HELP = `npm run bench [-- --full] [--only NAMES]

Measures side by side with a floor in the same run, prints what was reached and missed, and writes docs/benchmarks.md.
  --full        longer and more rounds; lists and jobs on 1,000,000 messages, 100,000 stale files; writes
                docs/benchmarks-full.md
  --only A,B    of: delivery, uploads, pressure (local disk); s3 (delivery and uploads over Ceph's gateway);
                lists (inbox, conversations, search); jobs (backfill beside a chat, doctor, cleanup). The page then
                holds those alone
`;
const PARTS = ['delivery', 'uploads', 'pressure', 's3', 'lists', 'jobs'];

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const only = values.only?.split(',') ?? null;
const unknown = only?.find((part) => !PARTS.includes(part));
if (values.help) {
  process.stdout.write(HELP);
} else if (unknown !== undefined) {
  process.stderr.write(`no part is called ${unknown}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void endAll().finally(() => process.exit(1)));
  }
  try {
    await runBench({ full: values.full, only });
  } finally {
    await endAll();
  }
}
