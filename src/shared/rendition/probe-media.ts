import { z } from 'zod';
import type { Cicp } from './cicp-to-srgb.ts';
import { inputArguments, runFfmpeg } from './ffmpeg-process.ts';
import { RenditionError } from './rendition-error.ts';
import type { RenditionJob } from './rendition-process.ts';

const maxProbeBytes = 256 * 1024;

const streamSchema = z.object({
  codec_type: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  sample_aspect_ratio: z.string().optional(),
  color_primaries: z.string().optional(),
  color_transfer: z.string().optional(),
  duration: z.string().optional(),
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
});

const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ duration: z.string().optional() }).default({}),
});

export type ProbedMedia = {
  durationSeconds: number | null;
  /** As seen, rotation and pixel shape applied; null when there is no moving picture. */
  picture: { width: number; height: number } | null;
  hasSound: boolean;
  /** null: nothing is said. */
  colours: Cicp | null;
};

/** ffmpeg's names of the code points that `toSrgb` converts; of the rest the colours are taken for plain. */
const PRIMARIES: Readonly<Record<string, number>> = { bt2020: 9, smpte431: 11, smpte432: 12 };
const TRANSFERS: Readonly<Record<string, number>> = { smpte2084: 16, 'arib-std-b67': 18, linear: 8 };

function coloursOf({ color_primaries, color_transfer }: z.infer<typeof streamSchema>): Cicp | null {
  if (color_primaries === undefined && color_transfer === undefined) return null;
  return { primaries: PRIMARIES[color_primaries ?? ''] ?? 1, transfer: TRANSFERS[color_transfer ?? ''] ?? 1 };
}

function shownSize(stream: z.infer<typeof streamSchema>): { width: number; height: number } | null {
  if (!stream.width || !stream.height) return null;
  const [across, down] = (stream.sample_aspect_ratio ?? '1:1').split(':').map(Number);
  const shape = across && down ? across / down : 1;
  const width = Math.max(1, Math.round(stream.width * shape));
  const rotation = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  return Math.abs(rotation) % 180 === 90 ? { width: stream.height, height: width } : { width, height: stream.height };
}

/**
 * Asks ffprobe what a video or audio file contains.
 * @throws RenditionError `unreadable` when it cannot tell.
 */
export async function probeMedia(job: RenditionJob, demuxer: string): Promise<ProbedMedia> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const shown = [
    '-show_entries',
    'format=duration:stream=codec_type,width,height,sample_aspect_ratio,duration,color_primaries,color_transfer,disposition:stream_side_data=rotation',
  ];
  await runFfmpeg(
    job.tools.ffprobe,
    ['-v', 'error', ...shown, '-of', 'json', ...inputArguments(job, demuxer)],
    (chunk) => {
      bytes += chunk.length;
      if (bytes <= maxProbeBytes) chunks.push(chunk);
    },
  );
  if (bytes > maxProbeBytes) throw new RenditionError('unreadable', 'an endless description');
  const probed = probeSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  const video = probed.streams.find((s) => s.codec_type === 'video' && s.disposition?.attached_pic !== 1);
  const durations = [probed.format.duration, ...probed.streams.map((s) => s.duration)].map(Number);
  return {
    durationSeconds: durations.find((seconds) => Number.isFinite(seconds) && seconds >= 0) ?? null,
    picture: video ? shownSize(video) : null,
    hasSound: probed.streams.some((s) => s.codec_type === 'audio'),
    colours: video ? coloursOf(video) : null,
  };
}
