// A process of its own that uses the embedded database of the folder given: prints the URL, leaves at end of input.
import process from 'node:process';
import { joinEmbeddedPostgres } from '#shared/db/embedded/embedded-postgres.ts';

const database = await joinEmbeddedPostgres(process.argv[2] ?? '');
process.stdout.write(`${database.url}\n`);
process.stdin.on('end', () => void database.stop().then(() => process.exit(0)));
process.stdin.resume();
