import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestClient } from '#tests/support/test-client.ts';
import { findFirefox } from '../../../scripts/prepare/optional-parts.mjs';
import { BidiConnection, type BidiResponse } from './bidi.ts';

const executablePath = findFirefox();

/** Null when Firefox is installed, else why tests that need it are skipped. */
export const firefoxAbsence: string | null =
  executablePath === null ? 'no Firefox: apt-get install firefox-esr, or set FIREFOX_PATH' : null;

const startMs = 60_000;

const preferences = {
  'intl.accept_languages': 'en-GB, en',
  'media.autoplay.default': 0,
  // Otherwise Firefox reads a short video completely, and seeking would send no request.
  'media.cache_readahead_limit': 4,
  'media.cache_resume_threshold': 2,
  'media.throttle-factor': 1,
  'app.update.auto': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
};

export interface FirefoxPage {
  goto(url: string): Promise<void>;
  /** Runs a function in the page with user activation; argument and result are passed as JSON. */
  evaluate<Argument, Result>(run: (argument: Argument) => Result, argument: Argument): Promise<Awaited<Result>>;
  /** Responses received so far, in all tabs. */
  readonly answers: BidiResponse[];
  close(): Promise<void>;
}

export interface Firefox {
  /** Opens a tab with the client's session. */
  open(client: TestClient): Promise<FirefoxPage>;
  close(): Promise<void>;
}

/** @throws when not installed (check `firefoxAbsence` first) or not started in time */
export async function launchFirefox(): Promise<Firefox> {
  if (executablePath === null) throw new Error(firefoxAbsence ?? '');
  const profile = await mkdtemp(join(tmpdir(), 'attache-firefox-'));
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  await writeFile(join(profile, 'user.js'), lines.join('\n'));
  const flags = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'];
  const child = spawn(executablePath, flags, {
    // Containers lack the namespaces that the sandboxes of its processes are made of.
    env: { ...process.env, HOME: profile, MOZ_DISABLE_CONTENT_SANDBOX: '1', MOZ_DISABLE_RDD_SANDBOX: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const connection = await BidiConnection.connect(`${await readAddress(child)}/session`);
    await connection.send('session.new', { capabilities: {} });
    await connection.send('session.subscribe', { events: ['network.responseStarted'] });
    return {
      open: (client) => openTab(connection, client),
      async close() {
        connection.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Firefox prints its address on standard error. */
function readAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`Firefox did not start in time: ${output}`)), startMs);
    child.stderr?.on('data', (part: Buffer) => {
      output += part.toString();
      const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(output) ?? [];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`Firefox exited with ${code}: ${output}`));
    });
  });
}

async function openTab(connection: BidiConnection, client: TestClient): Promise<FirefoxPage> {
  const domain = new URL(client.url).hostname;
  for (const pair of (client.cookie ?? '').split('; ')) {
    const at = pair.indexOf('=');
    const value = { type: 'string', value: pair.slice(at + 1) };
    await connection.send('storage.setCookie', { cookie: { name: pair.slice(0, at), value, domain, httpOnly: true } });
  }
  const context = readString(await connection.send('browsingContext.create', { type: 'tab' }), 'context');
  return {
    answers: connection.answers,
    async close() {
      await connection.send('browsingContext.close', { context });
    },
    async goto(url) {
      await connection.send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate(run, argument) {
      const answer = await connection.send('script.callFunction', {
        functionDeclaration: `async (argument) => JSON.stringify(await (${run})(JSON.parse(argument)) ?? null)`,
        arguments: [{ type: 'string', value: JSON.stringify(argument ?? null) }],
        target: { context },
        awaitPromise: true,
        userActivation: true,
      });
      if (hasKey(answer, 'exceptionDetails')) throw new Error(JSON.stringify(answer.exceptionDetails).slice(0, 2000));
      return JSON.parse(readString(hasKey(answer, 'result') ? answer.result : null, 'value'));
    },
  };
}

function hasKey<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

function readString(value: unknown, key: string): string {
  const found = hasKey(value, key) ? value[key] : null;
  if (typeof found !== 'string') throw new Error(`Firefox answered without ${key}: ${JSON.stringify(value)}`);
  return found;
}
