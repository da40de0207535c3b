import { access } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { inputArguments, runFfmpeg } from './ffmpeg-process.ts';
import { probeMedia } from './probe-media.ts';
import { renderAudio } from './render-audio.ts';
import { allowOnlyLoader } from './render-raster.ts';
import { RenditionError } from './rendition-error.ts';
import { renditionSides } from './rendition-limits.ts';
import { type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { writeRenditions } from './write-renditions.ts';

const latestPosterSecond = 3;

/** Shrinks into the preview's square and makes pixels square; never enlarges. ffmpeg has turned the frame upright. */
const posterFilter = `scale=w='max(1,trunc(iw*if(sar,sar,1)))':h=ih,setsar=1,scale=w='min(iw,${renditionSides.preview})':h='min(ih,${renditionSides.preview})':force_original_aspect_ratio=decrease`;

async function takePoster(job: RenditionJob, demuxer: string, atSecond: number): Promise<string | null> {
  const poster = join(job.folder, 'poster.png');
  const reading = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', '-threads', '2'];
  const bounds = ['-max_pixels', String(job.limits.maxPixels), '-an', '-sn', '-dn', '-ss', String(atSecond)];
  const writing = [
    '-map',
    '0:V:0',
    '-frames:v',
    '1',
    '-vf',
    posterFilter,
    '-f',
    'image2',
    '-update',
    '1',
    '-c:v',
    'png',
    poster,
  ];
  await runFfmpeg(job.tools.ffmpeg, [...reading, ...bounds, ...inputArguments(job, demuxer), ...writing], () => {});
  return access(poster).then(
    () => poster,
    () => null,
  );
}

/** A frame from near the beginning (the very first is often black), and how long the film is. */
export async function renderVideo(job: RenditionJob, demuxer: string): Promise<ChildResult> {
  const media = await probeMedia(job, demuxer);
  if (!media.picture && media.hasSound) return renderAudio(job, demuxer);
  if (!media.picture) throw new RenditionError('unreadable', 'no moving picture');
  const { width, height } = media.picture;
  if (width * height > job.limits.maxPixels) throw new RenditionError('too-many-pixels', `${width} by ${height}`);
  const second = Math.min(latestPosterSecond, (media.durationSeconds ?? 0) * 0.1);
  const poster = (await takePoster(job, demuxer, second)) ?? (await takePoster(job, demuxer, 0));
  if (!poster) throw new RenditionError('unreadable', 'no frame can be decoded');
  allowOnlyLoader('Png');
  const facts = { ...noFacts, width, height, durationSeconds: media.durationSeconds };
  return writeRenditions(job.folder, facts, sharp(poster, { limitInputPixels: job.limits.maxPixels }));
}
