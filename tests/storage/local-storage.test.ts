import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { walkFolder } from '#shared/lib/file-storage/_providers/local/walk-folder.ts';
import { LocalStorage } from '#shared/lib/file-storage/_providers/local.ts';
import { StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import { compareStoragePaths } from '#shared/lib/file-storage/storage-path.ts';
import { describeStorageContract, listAll } from './contract-suite.ts';
import { MIB, readAll, someBytes, streamOf } from './test-bytes.ts';
import { describeUnicodePaths } from './unicode-paths-suite.ts';

const run = promisify(execFile);

async function openLocal() {
  const dir = await mkdtemp(join(tmpdir(), 'attache-storage-'));
  const storage = new LocalStorage({ dir });
  const release = async () => {
    await storage.close();
    await rm(dir, { recursive: true, force: true });
  };
  return { storage, dir, release };
}

describeStorageContract('the local disk', openLocal);
describeUnicodePaths('the local disk', openLocal);

describe('the local disk', () => {
  let storage: LocalStorage;
  let dir: string;
  let release: () => Promise<void>;
  beforeEach(async () => {
    ({ storage, dir, release } = await openLocal());
  });
  afterEach(() => release());

  it('shows a put only when it is whole', async () => {
    const seen: string[][] = [];
    async function* body() {
      yield Buffer.from('half');
      seen.push((await listAll(storage, '')).map((object) => object.path));
      yield Buffer.from('whole');
    }
    await storage.put('support-chat/u/1', body());
    expect(seen).toEqual([[]]);
    expect(await readdir(join(dir, '.tmp'))).toEqual([]);
  });

  it('keeps files from everybody but the owner and the group', async () => {
    await storage.put('support-chat/u/1', streamOf(Buffer.from('x')));
    expect((await stat(join(dir, 'support-chat/u/1'))).mode & 0o007).toBe(0);
    expect((await stat(join(dir, 'support-chat/u'))).mode & 0o007).toBe(0);
  });

  it('ends a read with an error when the file becomes shorter under it', async () => {
    await storage.put('support-chat/u/1', streamOf(someBytes(3 * MIB)));
    const stream = await storage.open('support-chat/u/1');
    await truncate(join(dir, 'support-chat/u/1'), MIB);
    await expect(readAll(stream)).rejects.toThrow(StorageUnavailableError);
  });

  it('removes what an interrupted process left, but nothing younger than asked for', async () => {
    await mkdir(join(dir, '.tmp'));
    await writeFile(join(dir, '.tmp/old'), Buffer.alloc(100));
    await writeFile(join(dir, '.tmp/new'), Buffer.alloc(10));
    await utimes(join(dir, '.tmp/old'), new Date(0), new Date(0));
    expect(await storage.removeUnfinished(new Date(Date.now() - 60_000))).toEqual({ removed: 1, bytesFreed: 100 });
    expect(await readdir(join(dir, '.tmp'))).toEqual(['new']);
    expect(await listAll(storage, '')).toEqual([]);
  });

  it('says what to fix when its folder is a file', async () => {
    await writeFile(join(dir, 'file'), '');
    const broken = new LocalStorage({ dir: join(dir, 'file') });
    await expect(broken.check()).rejects.toThrow(/STORAGE_LOCAL_DIR.*file.*choose another folder/);
    await expect(broken.put('a', streamOf(Buffer.from('x')))).rejects.toThrow(StorageUnavailableError);
  });

  it.runIf(process.getuid?.() !== 0)(
    'says what to fix when its folder may not be written (left out for root, who may write everywhere)',
    async () => {
      await chmod(dir, 0o500);
      await expect(storage.check()).rejects.toThrow(/not writable by user .*chown/);
      await chmod(dir, 0o700);
    },
  );

  it('calls the storage unavailable when the process is out of descriptors, and recovers', async () => {
    await storage.put('support-chat/u/1', streamOf(Buffer.from('x')));
    const module = new URL('../../src/shared/lib/file-storage/_providers/local.ts', import.meta.url).href;
    const script = `
      import { open } from 'node:fs/promises';
      import { Readable } from 'node:stream';
      import { LocalStorage } from '${module}';
      const storage = new LocalStorage({ dir: ${JSON.stringify(dir)} });
      const held = [];
      try { for (;;) held.push(await open('/dev/null', 'r')); } catch {}
      const name = (error) => error.name;
      const names = [await storage.open('support-chat/u/1').catch(name), await storage.put('a/b', Readable.from([])).catch(name)];
      await Promise.all(held.map((handle) => handle.close()));
      const stream = await storage.open('support-chat/u/1');
      console.log(...names, String(stream.read()));
      stream.destroy();
    `;
    const { stdout } = await run('/bin/sh', [
      '-c',
      'ulimit -n 60; exec "$0" --input-type=module -e "$1"',
      process.execPath,
      script,
    ]);
    expect(stdout.trim()).toBe('StorageUnavailableError StorageUnavailableError x');
  });

  it('names a file for nginx without leaving the location', () => {
    const redirect = storage.offload.internalRedirect;
    expect(redirect?.('chat/2023/file name?#%я.png')).toBe('/attache-storage/chat/2023/file%20name%3F%23%25%D1%8F.png');
    expect(() => redirect?.('../x')).toThrow(TypeError);
  });
});

describe('walking a folder', () => {
  it('gives the same order in batches smaller than the folder, from any place in it', async () => {
    const { storage, dir, release } = await openLocal();
    const names = Array.from({ length: 60 }, (_, index) => `${index % 7}/${'ab-.0'[index % 5]}${index}`);
    await Promise.all(names.map((name) => storage.put(name, streamOf(Buffer.from('x')))));
    const expected = names.toSorted(compareStoragePaths);
    for (const batch of [1, 2, 7, 1_000]) {
      expect(await collect(walkFolder(dir, '', '', batch))).toEqual(expected);
      expect(await collect(walkFolder(dir, '', expected[29] ?? '', batch))).toEqual(expected.slice(30));
    }
    await release();
  });

  it('forgets a walk that nobody continues, and continues without it', async () => {
    const { storage, dir, release } = await openLocal();
    for (const name of ['a/1', 'a/2', 'b']) await storage.put(name, streamOf(Buffer.from('x')));
    const first = await storage.list({ prefix: '', limit: 1 });
    const later = new LocalStorage({ dir });
    const rest = await later.list({ prefix: '', cursor: first.next ?? '' });
    expect(rest.objects.map((object) => object.path)).toEqual(['a/2', 'b']);
    await release();
  });
});

async function collect(paths: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const path of paths) all.push(path);
  return all;
}
