import { z } from 'zod';
import { waveformPoints } from './rendition-limits.ts';

const failureReasons = [
  'unsupported-type',
  'unreadable',
  'encrypted',
  'too-many-pixels',
  'out-of-memory',
  'timeout',
  'tool-missing',
  'crashed',
  'aborted',
] as const;

export type FailureReason = (typeof failureReasons)[number];

const pixelCount = z.number().int().min(1).max(1_000_000);
const sizeSchema = z.strictObject({ width: pixelCount, height: pixelCount });

const factsSchema = z.strictObject({
  /** Of the original as it is seen, orientation applied. */
  width: pixelCount.nullable(),
  height: pixelCount.nullable(),
  /** Base64. */
  thumbhash: z.base64().max(64).nullable(),
  durationSeconds: z.number().min(0).nullable(),
  pageCount: z.number().int().min(1).nullable(),
  /** Loudness from 0 to 1 in equal parts of the whole duration. */
  waveform: z.array(z.number().min(0).max(1)).length(waveformPoints).nullable(),
});

export type MediaFacts = z.infer<typeof factsSchema>;

/** What the child process writes; it worked on hostile bytes, so it is believed only as far as this schema goes. */
export const childResultSchema = z.union([
  z.strictObject({ facts: factsSchema, thumbnail: sizeSchema.nullable(), preview: sizeSchema.nullable() }),
  z.strictObject({ failed: z.enum(failureReasons), detail: z.string().max(500) }),
]);

export type ChildResult = z.infer<typeof childResultSchema>;

export type Rendition = { bytes: Buffer; mimeType: 'image/webp'; width: number; height: number };

export type MadeRenditions = MediaFacts & { thumbnail: Rendition | null; preview: Rendition | null };

/** `retryable`: another attempt may end better (a busy machine); otherwise the file itself is the cause. */
export type FailedRenditions = { failed: FailureReason; retryable: boolean; detail: string };

/** Drawings and pages may claim kilometres; of such a size only the proportion is worth keeping. */
export function boundedSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, 100_000 / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

export const noFacts: MediaFacts = {
  width: null,
  height: null,
  thumbhash: null,
  durationSeconds: null,
  pageCount: null,
  waveform: null,
};
