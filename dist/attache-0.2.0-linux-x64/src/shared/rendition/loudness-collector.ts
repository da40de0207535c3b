/** Peaks are first kept per slice of this length, since the duration is known only at the end. */
const slicesPerSecond = 20;

/** Follows mono 16-bit samples as they come and shrinks them to a waveform, in memory that grows by 80 bytes a second. */
export class LoudnessCollector {
  private readonly peaks: number[] = [];
  private readonly samplesPerSlice: number;
  private readonly sampleRate: number;
  private samples = 0;
  private oddByte: number | null = null;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
    this.samplesPerSlice = Math.round(sampleRate / slicesPerSecond);
  }

  get durationSeconds(): number {
    return this.samples / this.sampleRate;
  }

  /** @param bytes little-endian samples, cut anywhere. */
  add(bytes: Buffer): void {
    const whole = this.oddByte === null ? bytes : Buffer.concat([Buffer.from([this.oddByte]), bytes]);
    const usable = whole.length - (whole.length % 2);
    this.oddByte = usable < whole.length ? (whole[usable] ?? null) : null;
    for (let at = 0; at < usable; at += 2) {
      const slice = Math.floor(this.samples / this.samplesPerSlice);
      const loudness = Math.abs(whole.readInt16LE(at)) / 32768;
      this.peaks[slice] = Math.max(this.peaks[slice] ?? 0, loudness);
      this.samples += 1;
    }
  }

  /** The loudest moment of each of `count` equal parts, from 0 to 1; null when there was no sound. */
  waveform(count: number): number[] | null {
    if (this.peaks.length === 0) return null;
    return Array.from({ length: count }, (_, i) => {
      const from = Math.floor((i * this.peaks.length) / count);
      const to = Math.max(from + 1, Math.floor(((i + 1) * this.peaks.length) / count));
      const loudest = this.peaks.slice(from, to).reduce((max, peak) => Math.max(max, peak), 0);
      return Math.round(loudest * 1000) / 1000;
    });
  }
}
