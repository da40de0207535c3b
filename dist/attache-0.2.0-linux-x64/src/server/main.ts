import process from 'node:process';
import { parseArgs } from 'node:util';
import { BadSettingsError } from '#shared/config/private.ts';
import { startProduct } from './start-product.ts';

/**
 * The program. `--managed` is how `npm start` calls it: the embedded database, migrations and the demo are allowed
 * then. `npm run serve` calls it bare: production starts nothing and changes nothing by itself.
 */
const { values } = parseArgs({ options: { managed: { type: 'boolean', default: false } } });

const starting = startProduct({ managed: values.managed });
let stopping = false;
/** From the first moment: half started there is a database to stop already. */
const stop = async () => {
  if (stopping) return;
  stopping = true;
  process.stdout.write('Stopping: open downloads may finish.\n');
  const product = await starting.catch(() => null);
  if (product === null) return;
  await product.stop();
  process.exit(0);
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
// The launcher of `npm start` holds this channel: when it is killed outright, nobody is left to pass a signal on.
process.once('disconnect', stop);

try {
  await starting;
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exit(error instanceof BadSettingsError ? 2 : 1);
}

/** One clear line for what an operator can mend. */
function describe(error: unknown): string {
  if (error instanceof BadSettingsError) return error.message;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return 'The port is taken by another program. Stop that one, or set PORT to a free port.';
  if (code === 'EACCES')
    return `Not allowed to listen there: ${(error as Error).message}. Choose another HOST or PORT.`;
  return error instanceof Error ? error.message : String(error);
}
