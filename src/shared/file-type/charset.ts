import { isUtf8 } from 'node:buffer';

/** Text of which nobody can say for sure how to read it (RFC 1428, 3): it is kept, and never shown as something else. */
export const UNKNOWN_CHARSET = 'unknown-8bit';

/** How much of a text is looked at to find its encoding; more would not make the answer surer, only dearer. */
const SAMPLE_BYTES = 8192;

/** Names of the detector that are no labels of the WHATWG Encoding Standard. */
const LABELS: Readonly<Record<string, string>> = { CP932: 'shift_jis', CP949: 'euc-kr', CP874: 'windows-874' };

/** Encodings of the classic Mac and of single republics: each differs from one of the others in a few letters. */
const IGNORED = /^(mac|kz1048|ptcp154|koi8-t|cp1125|johab|tis-620)/i;

/** What the best guess must reach, and by how much it must lead the next one that would read differently. */
const LEAST_CONFIDENCE = 0.05;
const LEAD = 1.1;

/** UTF-16 or UTF-32 without a mark, which to most programs looks like a binary file; null: neither. */
export async function detectWideCharset(bytes: Uint8Array): Promise<string | null> {
  const { detectAll } = await import('jschardet');
  const found = detectAll(bytes.subarray(0, SAMPLE_BYTES))[0]?.encoding ?? '';
  return /^utf-(16|32)-?[lb]e$/i.test(found) ? found.toLowerCase().replace(/-([lb]e)$/, '$1') : null;
}

/**
 * The encoding of a text that is not UTF-8 but has a byte for each ASCII letter, as a label of the WHATWG Encoding
 * Standard; `UNKNOWN_CHARSET` where several readings are as likely, null where it is no text. Costs about 30 ms at most;
 * the detector with its tables is loaded when it is first needed.
 */
export async function detectCharset(bytes: Uint8Array): Promise<string | null> {
  const { detectAll } = await import('jschardet');
  const sample = withoutControls(linesBeyondAscii(bytes));
  const guesses = detectAll(sample).filter(({ encoding }) => encoding !== null && !IGNORED.test(encoding));
  if (guesses.length === 0) return null;
  const readings = guesses.map(({ encoding, confidence }) => ({ confidence, ...readAs(encoding ?? '', sample) }));
  const best = readings.find(({ text }) => text !== null);
  if (!best?.label || best.confidence < LEAST_CONFIDENCE) return UNKNOWN_CHARSET;
  const isSure = readings.every(({ confidence, label, text }) => {
    // Of encodings that browsers cannot read, those of DOS, only a likelier one is a rival.
    if (text === null) return label !== null || confidence <= best.confidence;
    return text === best.text || confidence * LEAD <= best.confidence;
  });
  return isSure ? best.label : UNKNOWN_CHARSET;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: no text has them, a wrong reading often does
const IMPOSSIBLE = /[\0-\x08\x0e-\x1f\x7f-\x9f]/;

/** Reads without tolerance. No label: browsers do not know the encoding; no text: the bytes are impossible in it. */
function readAs(encoding: string, bytes: Uint8Array): { label: string | null; text: string | null } {
  let label: string | null = null;
  try {
    const decoder = new TextDecoder(LABELS[encoding] ?? encoding, { fatal: true });
    label = decoder.encoding;
    const text = decoder.decode(bytes, { stream: true });
    return { label, text: IMPOSSIBLE.test(text) ? null : text };
  } catch {
    return { label, text: null };
  }
}

/** Lines of ASCII alone say nothing of the encoding, and would drown the few that do. */
function linesBeyondAscii(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines: Buffer[] = [];
  let total = 0;
  for (let start = 0; start < buffer.length && total < SAMPLE_BYTES; ) {
    const end = buffer.indexOf(0x0a, start) + 1 || buffer.length;
    const line = buffer.subarray(start, Math.min(end, start + SAMPLE_BYTES));
    if (line.some((byte) => byte >= 0x80)) {
      lines.push(line);
      total += line.length;
    }
    start = end;
  }
  return Buffer.concat(lines).subarray(0, SAMPLE_BYTES);
}

/** The detector takes a text with more than a few control characters for no text at all. */
function withoutControls(bytes: Buffer): Buffer {
  return bytes.filter((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d)) as Buffer;
}

/** Follows a text from its first byte to its last, because the line that is not UTF-8 may be the last one. */
export class CharsetWatch {
  #carried: Buffer = Buffer.alloc(0);
  #isUtf8 = true;
  #isAscii = true;
  #foreign: Buffer | null = null;

  add(chunk: Buffer): void {
    if (!this.#isUtf8) return;
    const bytes = this.#carried.length > 0 ? Buffer.concat([this.#carried, chunk]) : chunk;
    const whole = bytes.subarray(0, bytes.length - cutOffLength(bytes));
    if (isUtf8(whole)) {
      this.#isAscii &&= whole.every((byte) => byte < 0x80);
      this.#carried = Buffer.from(bytes.subarray(whole.length));
    } else {
      this.#isUtf8 = false;
      this.#foreign = Buffer.from(bytes);
    }
  }

  /** `utf-8` when all of it was; else what `detectCharset` says, where one encoding explains the whole text. */
  async end(): Promise<string> {
    if (this.#isUtf8 && this.#carried.length === 0) return 'utf-8';
    if (!this.#isAscii) return UNKNOWN_CHARSET;
    return (await detectCharset(this.#foreign ?? this.#carried)) ?? UNKNOWN_CHARSET;
  }
}

/** How many bytes at the end begin a character of UTF-8 that goes on in the next chunk. */
export function cutOffLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}
