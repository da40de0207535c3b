const mebibyte = 1024 * 1024;

/** What one file may cost. A hostile file runs into one of these and costs a rendition, never the server. */
export const renditionLimits = {
  timeoutMs: 20_000,
  maxResidentBytes: 1024 * mebibyte,
  maxPixels: 50_000_000,
  /** Of all frames together; what is over is cut off, the beginning still moves. */
  maxAnimationPixels: 25_000_000,
  maxAnimationFrames: 200,
  maxSvgBytes: 8 * mebibyte,
  maxWrittenFileBytes: 32 * mebibyte,
  maxAudioSeconds: 4 * 3600,
} as const;

export type RenditionLimits = { [name in keyof typeof renditionLimits]: number };

export const waveformPoints = 64;
