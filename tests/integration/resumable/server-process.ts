import process from 'node:process';
import { createServer } from '#server/create-server.ts';
import { loadConfig } from '#shared/config/private.ts';

/** The server without pages, in a process that a test can kill. Prints when it listens. */
const config = loadConfig();
if (config.databaseUrl === null) throw new Error('DATABASE_URL is required.');
const server = await createServer({ ...config, databaseUrl: config.databaseUrl }, { pages: false });
process.stdout.write(`${server.url}\n`);
