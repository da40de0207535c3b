import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Confinement, runConfined } from './run-confined.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confined-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (script: string, limits: Partial<Confinement> = {}) =>
  runConfined(['/bin/sh', '-c', script], 'input\n', {
    timeoutMs: 10_000,
    maxResidentBytes: 512 * 1024 * 1024,
    maxWrittenFileBytes: 1024 * 1024,
    folder,
    ...limits,
  });

async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return !/^State:\s+[XZ]/m.test(status);
}

describe('a process that reads hostile bytes', () => {
  test('is told nothing of our environment', async () => {
    await run('env > env.txt');
    const names = (await readFile(join(folder, 'env.txt'), 'utf8')).split('\n').map((line) => line.split('=')[0]);
    const allowed = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_ENV', 'PWD', 'SHLVL', 'OLDPWD', '_', ''];
    const own = /^(UV_|VIPS_|MALLOC_)/;
    expect(names.filter((name) => name !== undefined && !allowed.includes(name) && !own.test(name))).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('is stopped in time together with all that it started', async () => {
    const end = await run('sleep 60 & echo $! > pid; wait', { timeoutMs: 700 });
    expect(end).toMatchObject({ exitCode: null, stoppedFor: 'timeout' });
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    for (let i = 0; i < 50 && (await isAlive(pid)); i += 1) await sleep(20);
    expect(await isAlive(pid)).toBe(false);
  });

  test.runIf(process.platform === 'linux')('is stopped when it holds too much memory', async () => {
    const hog = `${process.execPath} -e "const held=[];setInterval(()=>held.push(Buffer.alloc(4e6,1)),5)"`;
    const end = await run(hog, { maxResidentBytes: 150e6 });
    expect(end.stoppedFor === 'out-of-memory' || end.exitCode !== 0).toBe(true);
  });

  test('ends by itself when the caller dies', async () => {
    const program = join(import.meta.dirname, 'rendition-process.ts');
    const orphan = `sleep 0.3 | ${process.execPath} --no-warnings ${program}; echo $? > code`;
    await run(orphan);
    expect((await readFile(join(folder, 'code'), 'utf8')).trim()).toBe('1');
  });

  test('hands its input over and says how it ended', async () => {
    expect(await run('read line; test "$line" = input && exit 7')).toMatchObject({ exitCode: 7, stoppedFor: null });
  });

  test('is not started when the caller has gone already', async () => {
    expect(await run('touch started', { signal: AbortSignal.abort() })).toMatchObject({ stoppedFor: 'aborted' });
    await expect(readFile(join(folder, 'started'))).rejects.toThrow();
  });
});
