/** What the numbers of a picture or video mean as colours, by the code points of ITU-T H.273 (CICP, `nclx`). */
export interface Cicp {
  primaries: number;
  transfer: number;
}

/** Unspecified, or so near to sRGB that browsers make no difference. */
const PLAIN_PRIMARIES: ReadonlySet<number> = new Set([0, 1, 2, 5, 6, 7, 22]);
const PLAIN_TRANSFERS: ReadonlySet<number> = new Set([0, 1, 2, 3, 6, 7, 11, 12, 13, 14, 15]);

/** Whether a picture with these colours can be shown as it is. */
export function isPlain({ primaries, transfer }: Cicp): boolean {
  return PLAIN_PRIMARIES.has(primaries) && PLAIN_TRANSFERS.has(transfer);
}

const BT2020 = 9;
const PQ = 16;
const HLG = 18;

/** Linear light from these primaries to those of sRGB, row by row (H.273, table 2; white is D65 in all). */
const MATRICES: Readonly<Record<number, readonly number[]>> = {
  [BT2020]: [1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187],
  11: [1.2249, -0.2247, 0, -0.042, 1.0419, 0, -0.0197, -0.0786, 1.0979],
  12: [1.2249, -0.2247, 0, -0.042, 1.0419, 0, -0.0197, -0.0786, 1.0979],
};
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Paper white of HDR, which becomes white (ITU-R BT.2408, 2.1 and table 1): nits in PQ, 75 % signal as light in HLG. */
const WHITE_NITS = 203;
const WHITE_HLG_LIGHT = 0.265;
/** Up to here light stays as it is; what is brighter is drawn together below white. */
const KNEE = 0.8;

/** Light, of which 1 is white (BT.2100, tables 4 and 5; IEC 61966-2-1). */
function toLight(signal: number, transfer: number): number {
  if (transfer === PQ) {
    const power = signal ** (1 / 78.84375);
    return (
      (10_000 / WHITE_NITS) * (Math.max(0, power - 0.8359375) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125)
    );
  }
  if (transfer === HLG) {
    const light = signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12;
    return light / WHITE_HLG_LIGHT;
  }
  if (transfer === 8) return signal;
  if (transfer === 4 || transfer === 5) return signal ** (transfer === 4 ? 2.2 : 2.8);
  return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
}

function toSignal(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

const LIGHT_STEPS = 8192;

/**
 * Converts pixels to sRGB, and what is brighter than white to what a page can show.
 * @param samples 16 bits a channel, three or four channels; the fourth is alpha and stays.
 * @returns 8 bits a channel
 */
export function toSrgb(samples: Uint16Array, channels: number, { primaries, transfer }: Cicp): Buffer {
  const light = Float32Array.from({ length: 65_536 }, (_, value) => toLight(value / 65_535, transfer));
  const bytes = Uint8Array.from({ length: LIGHT_STEPS + 1 }, (_, i) => Math.round(toSignal(i / LIGHT_STEPS) * 255));
  const [rr = 1, rg = 0, rb = 0, gr = 0, gg = 1, gb = 0, br = 0, bg = 0, bb = 1] = MATRICES[primaries] ?? IDENTITY;
  const isBright = transfer === PQ || transfer === HLG;
  const encode = (value: number) => bytes[Math.round(Math.min(1, Math.max(0, value)) * LIGHT_STEPS)] ?? 0;
  const result = Buffer.alloc(samples.length);
  for (let at = 0; at + 2 < samples.length; at += channels) {
    const r = light[samples[at] ?? 0] ?? 0;
    const g = light[samples[at + 1] ?? 0] ?? 0;
    const b = light[samples[at + 2] ?? 0] ?? 0;
    const red = rr * r + rg * g + rb * b;
    const green = gr * r + gg * g + gb * b;
    const blue = br * r + bg * g + bb * b;
    const peak = Math.max(red, green, blue);
    const scale = isBright && peak > KNEE ? (1 - (1 - KNEE) * Math.exp((KNEE - peak) / (1 - KNEE))) / peak : 1;
    result[at] = encode(red * scale);
    result[at + 1] = encode(green * scale);
    result[at + 2] = encode(blue * scale);
    if (channels === 4) result[at + 3] = (samples[at + 3] ?? 0) >> 8;
  }
  return result;
}
