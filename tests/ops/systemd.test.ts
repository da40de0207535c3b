import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsSchema } from '#shared/config/settings-schema.ts';
import { findOnPath } from '../../scripts/prepare/optional-parts.mjs';

const run = promisify(execFile);
const services = globSync('deploy/systemd/*.service').toSorted();

describe.runIf(findOnPath('systemd-analyze'))('the systemd units', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attache-units-'));
    await cp('deploy/systemd', folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(services)('%s is exposed less than 3 of 10', async (file) => {
    const { stdout } = await run('systemd-analyze', ['security', '--offline=true', '--no-pager', file]);
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
    expect(exposure).toBeGreaterThan(0);
    expect(exposure).toBeLessThan(3);
  });

  it('are read by systemd without a warning, but for the program that is installed elsewhere here', async () => {
    const units = globSync(join(folder, '*.{service,timer}'));
    const { stderr } = await run('systemd-analyze', ['verify', '--man=no', ...units]).catch((error) => error);
    const warnings = stderr.split('\n').filter((line: string) => line.includes('attache'));
    expect(warnings.filter((line: string) => !line.includes('/opt/attache/bin/attache is not executable'))).toEqual([]);
  });
});

describe('the systemd units', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const read = (file: string) => readFileSync(file, 'utf8');

  it('start commands that exist, and set only what is a setting', () => {
    expect(services.length).toBe(3);
    for (const file of services) {
      expect(scripts).toHaveProperty([/ExecStart=\/opt\/attache\/bin\/attache (\S+)/.exec(read(file))?.[1] ?? '']);
      const named = [...read(file).matchAll(/^Environment=(.*)$/gm)].flatMap(([, line]) =>
        line?.match(/[A-Z_]+(?==)/g),
      );
      const unknown = named.filter((name) => name && !(name.replace(/_FILE$/, '') in settingsSchema.shape));
      expect(unknown).toEqual(['NODE_ENV']);
    }
  });

  it('give every job a timer, and open downloads their time', () => {
    const jobs = services.map((file) => basename(file, '.service')).filter((name) => name !== 'attache');
    expect(globSync('*.timer', { cwd: 'deploy/systemd' }).toSorted()).toEqual(jobs.map((name) => `${name}.timer`));
    const stop = Number(/TimeoutStopSec=(\d+)/.exec(read('deploy/systemd/attache.service'))?.[1]);
    const { SHUTDOWN_GRACE_SECONDS } = settingsSchema.parse({});
    expect(stop).toBeGreaterThan(SHUTDOWN_GRACE_SECONDS);
  });
});
