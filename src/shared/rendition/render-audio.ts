import { inputArguments, runFfmpeg } from './ffmpeg-process.ts';
import { LoudnessCollector } from './loudness-collector.ts';
import { probeMedia } from './probe-media.ts';
import { RenditionError } from './rendition-error.ts';
import { waveformPoints } from './rendition-limits.ts';
import { type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';

/** Enough for a picture of loudness, and quick. */
const sampleRate = 8000;

/** Duration and waveform of a sound; it has no pictures. */
export async function renderAudio(job: RenditionJob, demuxer: string): Promise<ChildResult> {
  const media = await probeMedia(job, demuxer);
  if (!media.hasSound) throw new RenditionError('unreadable', 'no sound');
  const loudness = new LoudnessCollector(sampleRate);
  const reading = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '2', '-vn', '-sn', '-dn'];
  const writing = ['-map', '0:a:0', '-t', String(job.limits.maxAudioSeconds), '-ac', '1', '-ar', String(sampleRate)];
  await runFfmpeg(
    job.tools.ffmpeg,
    [...reading, ...inputArguments(job, demuxer), ...writing, '-f', 's16le', '-c:a', 'pcm_s16le', 'pipe:1'],
    (bytes) => loudness.add(bytes),
  );
  // Streams recorded live and raw AAC do not say how long they are, or guess; here every second was heard.
  const isWhole = loudness.durationSeconds > 0 && loudness.durationSeconds < job.limits.maxAudioSeconds;
  const durationSeconds = isWhole ? loudness.durationSeconds : media.durationSeconds;
  const facts = { ...noFacts, durationSeconds, waveform: loudness.waveform(waveformPoints) };
  return { facts, thumbnail: null, preview: null };
}
