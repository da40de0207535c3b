import { access } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { inputArguments, runFfmpeg } from './ffmpeg-process.ts';
import { type PictureSize, renditionSize } from './picture-size.ts';
import type { RenditionJob } from './rendition-process.ts';

const quietly = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', '-threads', '2'];

/** Below this mean of 255 a frame shows nothing that anybody would recognise. */
const DARK = 20;

/** A video's sketch: frames of so many pixels, enough to tell a dark one from another. */
const SKETCH = { width: 32, height: 18 };
/** Of a video whose first key frames are all dark, so much is looked at frame by frame. */
const SKETCHED_SECONDS = 60;

export interface FrameOptions {
  demuxer: string;
  size: PictureSize;
  /** 16 bits a channel, for colours that have to be converted. */
  isDeep: boolean;
}

/** Writes one frame as a PNG with square pixels, upright, as large as a preview; null when none can be decoded there. */
export async function takeFrame(job: RenditionJob, options: FrameOptions, atSecond: number): Promise<string | null> {
  const { width, height } = renditionSize('preview', options.size);
  const target = join(job.folder, 'frame.png');
  const bounds = ['-max_pixels', String(job.limits.maxPixels), '-an', '-sn', '-dn', '-ss', String(atSecond)];
  const scaling = `scale=${width}:${height},setsar=1,format=${options.isDeep ? 'rgb48be' : 'rgb24'}`;
  const writing = ['-map', '0:V:0', '-frames:v', '1', '-vf', scaling, '-f', 'image2', '-update', '1', '-c:v', 'png'];
  const input = inputArguments(job, options.demuxer);
  await runFfmpeg(job.tools.ffmpeg, [...quietly, ...bounds, ...input, ...writing, target], () => {});
  return access(target).then(
    () => target,
    () => null,
  );
}

export async function isDark(frame: string): Promise<boolean> {
  const { channels } = await sharp(frame).toColourspace('b-w').raw({ depth: 'uchar' }).stats();
  return (channels[0]?.mean ?? 0) < DARK;
}

/** The first second at which the video is not dark; null when it always is. Looks at key frames first: they are cheap. */
export async function findBrightSecond(job: RenditionJob, demuxer: string): Promise<number | null> {
  return (
    (await sketch(job, demuxer, { perSecond: 1, before: ['-skip_frame', 'nokey'], after: [] })) ??
    (await sketch(job, demuxer, { perSecond: 4, before: [], after: ['-t', String(SKETCHED_SECONDS)] }))
  );
}

async function sketch(
  job: RenditionJob,
  demuxer: string,
  { perSecond, before, after }: { perSecond: number; before: string[]; after: string[] },
): Promise<number | null> {
  const { width, height } = SKETCH;
  const frameBytes = width * height;
  const filter = `fps=${perSecond},scale=${width}:${height},format=gray`;
  const bounds = [...before, '-max_pixels', String(job.limits.maxPixels), '-an', '-sn', '-dn'];
  const writing = [...after, '-map', '0:V:0', '-vf', filter, '-f', 'rawvideo', 'pipe:1'];
  let [frames, sum, counted] = [0, 0, 0];
  let bright: number | null = null;
  await runFfmpeg(job.tools.ffmpeg, [...quietly, ...bounds, ...inputArguments(job, demuxer), ...writing], (bytes) => {
    for (const value of bright === null ? bytes : []) {
      sum += value;
      counted += 1;
      if (counted < frameBytes) continue;
      // Limited range: 16 is black.
      if (sum / frameBytes > DARK + 16) bright ??= frames / perSecond;
      [frames, sum, counted] = [frames + 1, 0, 0];
    }
  });
  return bright;
}

/** How long a recording lasts that does not say so, by its last packet. */
export async function measureSeconds(job: RenditionJob, demuxer: string): Promise<number | null> {
  let progress = '';
  const writing = ['-map', '0:V?', '-map', '0:a?', '-c', 'copy', '-f', 'null', '-progress', 'pipe:1', '-'];
  await runFfmpeg(job.tools.ffmpeg, [...quietly, ...inputArguments(job, demuxer), ...writing], (bytes) => {
    progress = (progress + bytes.toString('latin1')).slice(-2000);
  });
  const microseconds = Number(/.*out_time_us=(\d+)/s.exec(progress)?.[1]);
  return microseconds > 0 ? microseconds / 1e6 : null;
}
