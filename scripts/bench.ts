import process from 'node:process';
import { parseArgs } from 'node:util';
import { runBench } from '../bench/run-bench.ts';

const HELP = `npm run bench [-- --full] [--only NAMES]

Measures delivery, uploads and pressure side by side with a floor in the same run, and writes docs/benchmarks.md.
  --full        longer and more rounds
  --only A,B    of: delivery, uploads, pressure, s3; the page then holds those alone
`;

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  await runBench({ full: values.full, only: values.only?.split(',') ?? null });
}
