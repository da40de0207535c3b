import { lstat, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { availableTools } from './available-tools.ts';
import { findRenditionKind } from './rendition-kind.ts';
import { type RenditionLimits, renditionLimits } from './rendition-limits.ts';
import {
  type ChildResult,
  childResultSchema,
  type FailedRenditions,
  type FailureReason,
  type MadeRenditions,
  type Rendition,
} from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { type ConfinedEnd, runConfined } from './run-confined.ts';

export type RenditionInput = {
  /** A local file that nobody writes any more. */
  filePath: string;
  /** As found in the bytes. */
  mimeType: string;
  sizeBytes: number;
};

export type RenditionOptions = { signal?: AbortSignal; limits?: Partial<RenditionLimits> };

const worthAnotherTry: readonly FailureReason[] = ['timeout', 'crashed', 'aborted'];

function failure(failed: FailureReason, detail: string): FailedRenditions {
  return { failed, retryable: worthAnotherTry.includes(failed), detail };
}

async function readChildResult(folder: string): Promise<ChildResult | null> {
  try {
    const text = await readFile(join(folder, 'result.json'), 'utf8');
    return childResultSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function readRendition(
  folder: string,
  name: 'thumbnail' | 'preview',
  size: { width: number; height: number } | null,
): Promise<Rendition | null> {
  if (!size) return null;
  const path = join(folder, `${name}.webp`);
  // A link could name any file that we may read.
  if (!(await lstat(path)).isFile()) throw new Error('a rendition is not a file');
  const bytes = await readFile(path);
  if (bytes.toString('latin1', 8, 12) !== 'WEBP') throw new Error('a rendition is not a WebP');
  return { bytes, mimeType: 'image/webp', ...size };
}

async function collect(folder: string, end: ConfinedEnd): Promise<MadeRenditions | FailedRenditions> {
  if (end.stoppedFor) return failure(end.stoppedFor, 'stopped from outside');
  const result = await readChildResult(folder);
  if (result && 'failed' in result) return failure(result.failed, result.detail);
  // It came to an end and yet said nothing that we accept: it would say the same again.
  if (!result && end.exitCode === 0) return failure('unreadable', 'an impossible result');
  if (!result || end.exitCode !== 0) {
    const isMemory = /out of memory|cannot allocate|bad_alloc/i.test(end.errorText);
    return failure(isMemory ? 'out-of-memory' : 'crashed', end.errorText.slice(0, 500));
  }
  return {
    ...result.facts,
    thumbnail: await readRendition(folder, 'thumbnail', result.thumbnail),
    preview: await readRendition(folder, 'preview', result.preview),
  };
}

/**
 * Makes the small pictures of a file and finds out its size, colours, duration and pages, in a process of its own: no
 * file, however hostile, takes the caller down or more than `limits`. What it cannot do it answers, it does not throw.
 *
 * @throws only when the machine itself fails: no temporary folder, no process.
 */
export async function makeRenditions(
  input: RenditionInput,
  options: RenditionOptions = {},
): Promise<MadeRenditions | FailedRenditions> {
  const kind = findRenditionKind(input.mimeType);
  if (!kind) return failure('unsupported-type', input.mimeType);
  const limits = { ...renditionLimits, ...options.limits };
  const tools = await availableTools();
  if ((kind.kind === 'video' || kind.kind === 'audio') && !(tools.ffmpeg && tools.ffprobe)) {
    return failure('tool-missing', 'ffmpeg or ffprobe');
  }
  const folder = await mkdtemp(join(tmpdir(), 'rendition-'));
  try {
    const job: RenditionJob = { filePath: input.filePath, sizeBytes: input.sizeBytes, folder, kind, tools, limits };
    const program = join(import.meta.dirname, 'rendition-process.ts');
    const command = [process.execPath, '--max-old-space-size=512', '--no-warnings', program];
    const { timeoutMs, maxResidentBytes, maxWrittenFileBytes } = limits;
    const bounds = { timeoutMs, maxResidentBytes, maxWrittenFileBytes, folder };
    const end = await runConfined(command, `${JSON.stringify(job)}\n`, {
      ...bounds,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    return await collect(folder, end).catch((error: unknown) => failure('crashed', String(error).slice(0, 500)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
