import { spawn } from 'node:child_process';
import { RenditionError } from './rendition-error.ts';
import type { RenditionJob } from './rendition-process.ts';

/**
 * Options before every input. One protocol, one demuxer: a playlist or a reference inside a hostile film opens nothing.
 * https://ffmpeg.org/ffmpeg-protocols.html#Protocol-Options
 */
export function inputArguments(job: RenditionJob, demuxer: string): string[] {
  return [
    '-protocol_whitelist',
    'file',
    '-max_alloc',
    String(256 * 1024 * 1024),
    '-f',
    demuxer,
    '-i',
    `file:${job.filePath}`,
  ];
}

/**
 * Runs ffmpeg or ffprobe and hands its output on as it comes. Time, memory and network are bounded by the process group.
 * @throws RenditionError `unreadable` when the program refuses the file.
 */
export async function runFfmpeg(
  program: string | null,
  args: string[],
  onOutput: (bytes: Buffer) => void,
): Promise<void> {
  if (!program) throw new RenditionError('tool-missing', 'ffmpeg');
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errorText = '';
  child.stdout.on('data', onOutput);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(0, 400);
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0) throw new RenditionError('unreadable', errorText || `exit ${exitCode}`);
}
