import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Container of a recording; MP4 with its index before the media or, as cameras write it, after it. */
export type VideoForm = 'mp4' | 'mp4 with its index at the end' | 'mov' | 'webm';

/** The media type of each form. */
export const videoMimeTypes: Record<VideoForm, string> = {
  mp4: 'video/mp4',
  'mp4 with its index at the end': 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
};

const encoders: Record<VideoForm, { extension: string; args: string[] }> = {
  mp4: { extension: 'mp4', args: [...h264(), '-movflags', '+faststart'] },
  'mp4 with its index at the end': { extension: 'mp4', args: h264() },
  mov: { extension: 'mov', args: h264() },
  webm: { extension: 'webm', args: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '16', '-b:v', '3M'] },
};

/** Duration of the video. */
export const videoSeconds = 40;

function h264(): string[] {
  return ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '8', '-pix_fmt', 'yuv420p'];
}

/** Noise compresses badly: some ten megabytes, too many for a browser to read ahead to the end. Needs ffmpeg. */
export async function makeLongVideo(form: VideoForm): Promise<Buffer> {
  const { extension, args } = encoders[form];
  const folder = await mkdtemp(join(tmpdir(), 'long-video-'));
  try {
    const output = join(folder, `out.${extension}`);
    const source = `testsrc2=size=320x180:rate=10:duration=${videoSeconds}`;
    const noise = ['-vf', 'noise=alls=50:allf=t'];
    // A key frame each second, so that seeking is exact.
    const keys = ['-g', '10'];
    await run('ffmpeg', [
      ...['-nostdin', '-loglevel', 'error', '-f', 'lavfi', '-i', source, ...noise, ...keys, ...args, output],
    ]);
    return await readFile(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
