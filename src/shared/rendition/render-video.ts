import sharp from 'sharp';
import { isPlain } from './cicp-to-srgb.ts';
import { type ProbedMedia, probeMedia } from './probe-media.ts';
import { renderAudio } from './render-audio.ts';
import { allowOnlyLoader, requireFewPixels } from './render-raster.ts';
import { RenditionError } from './rendition-error.ts';
import { type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { type FrameOptions, findBrightSecond, isDark, measureSeconds, takeFrame } from './video-frames.ts';
import { writeRenditions } from './write-renditions.ts';

const latestPosterSecond = 3;

/** A frame from near the beginning that is not black, and how long the video is. */
export async function renderVideo(job: RenditionJob, demuxer: string): Promise<ChildResult> {
  const media = await probeMedia(job, demuxer);
  if (!media.picture && media.hasSound) return renderAudio(job, demuxer);
  if (!media.picture) throw new RenditionError('unreadable', 'no moving picture');
  requireFewPixels(media.picture, job.limits);
  // Recorders of browsers write as they go, and never come back to say how long it was.
  const durationSeconds = media.durationSeconds ?? (await measureSeconds(job, demuxer).catch(() => null));
  const frame = await findPoster(job, { ...media, durationSeconds }, demuxer);
  allowOnlyLoader('Png');
  return writeRenditions(job, {
    facts: { ...noFacts, ...media.picture, durationSeconds },
    open: () => sharp(frame, { limitInputPixels: job.limits.maxPixels }),
    colours: media.colours,
  });
}

async function findPoster(job: RenditionJob, media: ProbedMedia, demuxer: string): Promise<string> {
  const size = media.picture ?? { width: 1, height: 1 };
  const options: FrameOptions = { demuxer, size, isDeep: media.colours !== null && !isPlain(media.colours) };
  const second = Math.min(latestPosterSecond, (media.durationSeconds ?? 0) * 0.1);
  const early = (await takeFrame(job, options, second)) ?? (await takeFrame(job, options, 0));
  if (early !== null && !(await isDark(early))) return early;
  const bright = await findBrightSecond(job, demuxer).catch(() => null);
  const better = bright === null ? null : await takeFrame(job, options, bright).catch(() => null);
  const poster = better ?? early;
  if (!poster) throw new RenditionError('unreadable', 'no frame can be decoded');
  return poster;
}
