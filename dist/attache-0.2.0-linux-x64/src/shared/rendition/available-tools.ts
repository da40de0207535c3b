import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type AvailableTools = {
  /** Absolute paths, or null where the program is not installed. */
  ffmpeg: string | null;
  ffprobe: string | null;
};

async function findProgram(name: 'ffmpeg' | 'ffprobe'): Promise<string | null> {
  try {
    const { stdout } = await run('/bin/sh', ['-c', `command -v ${name}`]);
    const path = stdout.trim();
    await run(path, ['-version']);
    return path;
  } catch {
    return null;
  }
}

let found: Promise<AvailableTools> | null = null;

/**
 * Which optional programs this machine has. Looked for once per process.
 * Without ffmpeg and ffprobe, films and sounds have no renditions (`tool-missing`).
 */
export function availableTools(): Promise<AvailableTools> {
  found ??= Promise.all([findProgram('ffmpeg'), findProgram('ffprobe')]).then(([ffmpeg, ffprobe]) => ({
    ffmpeg,
    ffprobe,
  }));
  return found;
}
