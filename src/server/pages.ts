import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Composition } from './composition.ts';
import type { ServerConfig } from './create-server.ts';
import type { PageHandler } from './http/listener.ts';
import { registerPageServices } from './page-host.ts';

/** Next, prepared to serve the built pages behind our listener. */
export async function preparePages(
  config: ServerConfig,
  composition: Composition,
): Promise<{ handler: PageHandler; close: () => Promise<void> }> {
  registerPageServices(config, composition);
  // Loaded here and not at the top: a process without pages saves the 200 MB.
  const { default: next } = await import('next');
  const dir = resolve(import.meta.dirname, '../..');
  const app = next({
    dev: false,
    dir,
    conf: readBuiltConfig(dir),
    hostname: config.host,
    port: config.port,
    quiet: true,
  });
  await app.prepare();
  const handle = app.getRequestHandler();
  return { handler: (request, response) => handle(request, response), close: () => app.close() };
}

/**
 * The configuration as the build resolved it. Reading next.config.ts again would need the compiler and the plugins of the
 * build, which production does not install.
 */
function readBuiltConfig(dir: string) {
  return JSON.parse(readFileSync(join(dir, '.next/required-server-files.json'), 'utf8')).config;
}
