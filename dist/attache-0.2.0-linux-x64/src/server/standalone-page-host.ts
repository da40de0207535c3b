import { loadConfig } from '#shared/config/private.ts';
import { databaseUrlFor } from '#shared/db/database-url.ts';
import { createLog } from '#shared/log/log.ts';
import { compose } from './composition.ts';
import { lendToPages } from './page-host.ts';

/** The page host for `next start`, where no listener of ours runs: pages and the fallback delivery route, nothing else. */
export async function registerStandalonePageHost(): Promise<void> {
  const config = loadConfig();
  const database = await databaseUrlFor(config);
  const settled = { ...config, databaseUrl: database.url };
  lendToPages(settled, await compose(settled, createLog(config.logLevel)));
}
