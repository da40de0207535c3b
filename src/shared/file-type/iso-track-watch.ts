const BOXES_WITH_TRACKS = new Set(['moov', 'trak', 'mdia']);
const SOUND_TYPES: Readonly<Record<string, string>> = {
  'video/mp4': 'audio/mp4',
  'video/quicktime': 'audio/mp4',
  'video/3gpp': 'audio/3gpp',
  'video/3gpp2': 'audio/3gpp2',
};
/** A file of nothing but empty boxes would cost more to follow than to receive. */
const MAX_BOXES = 20_000;

/**
 * Tells sound from video in MP4, QuickTime and 3GP as the bytes pass: many writers put the list of tracks (`moov`) last.
 * ISO/IEC 14496-12, 4.2 (boxes) and 8.4.3 (`hdlr`).
 */
export class IsoTrackWatch {
  readonly #mimeType: string;
  readonly #handlers = new Set<string>();
  #boxes = 0;
  #skip = 0;
  #head = Buffer.alloc(0);
  #wanted = 8;

  constructor(mimeType: string) {
    this.#mimeType = mimeType;
  }

  static covers(mimeType: string): boolean {
    return Object.hasOwn(SOUND_TYPES, mimeType);
  }

  add(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && this.#boxes <= MAX_BOXES) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const taken = rest.subarray(0, this.#wanted - this.#head.length);
      this.#head = Buffer.concat([this.#head, taken]);
      rest = rest.subarray(taken.length);
      if (this.#head.length === this.#wanted) this.#readHead();
    }
  }

  /** The type of the whole file: audio when it has sound and nothing to see. */
  end(): string {
    const isSound = this.#handlers.has('soun') && !this.#handlers.has('vide');
    return (isSound ? SOUND_TYPES[this.#mimeType] : undefined) ?? this.#mimeType;
  }

  #readHead(): void {
    const head = this.#head;
    const size = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    const headBytes = size === 1 ? 16 : 8;
    this.#wanted = type === 'hdlr' ? headBytes + 12 : headBytes;
    if (head.length < this.#wanted) return;
    if (type === 'hdlr') this.#handlers.add(head.toString('latin1', headBytes + 8, headBytes + 12));
    const total = size === 1 ? Number(head.readBigUInt64BE(8)) : size || Number.POSITIVE_INFINITY;
    const body = Math.max(0, total - head.length);
    this.#skip = BOXES_WITH_TRACKS.has(type) ? 0 : body;
    this.#boxes += 1;
    this.#head = Buffer.alloc(0);
    this.#wanted = 8;
  }
}
