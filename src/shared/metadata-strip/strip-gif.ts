import { type ByteSource, MalformedMediaError } from './byte-source.ts';

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;

/** How often an animation repeats, and what its colours mean. Any other application's block may hold XMP. */
const KEPT_APPLICATIONS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012']);

function colourTableBytes(flags: number | undefined): number {
  return flags !== undefined && flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Reads blocks of data up to the empty one that ends them, and emits them with it unless they are dropped. */
function* passBlocks(source: ByteSource, isKept: boolean, size: number): Generator<void, void, void> {
  for (let bytes = size; bytes > 0; ) {
    // Together with the size of the next: a picture has a block for each 255 bytes.
    const block = yield* source.take(bytes + 1);
    if (isKept) source.emit(block);
    bytes = block[bytes] ?? 0;
  }
}

function* filterExtension(source: ByteSource): Generator<void, void, void> {
  const head = yield* source.take(2);
  const [label, size = 0] = head;
  const start = Buffer.concat([Buffer.from([EXTENSION]), head]);
  if (label !== APPLICATION || size === 0) {
    const isKept = label === GRAPHIC_CONTROL;
    if (isKept) source.emit(start);
    yield* passBlocks(source, isKept, size);
    return;
  }
  const name = yield* source.take(size + 1);
  const isKept = KEPT_APPLICATIONS.has(name.toString('latin1', 0, 11));
  if (isKept) source.emit(Buffer.concat([start, name]));
  yield* passBlocks(source, isKept, name[size] ?? 0);
}

/**
 * Removes comments, XMP, text overlays that no viewer shows, and what follows the end of a GIF. Frames, their times and
 * how often they repeat stay as they were. https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export function* stripGif(source: ByteSource): Generator<void, void, void> {
  const head = yield* source.take(13);
  if (!/^GIF8[79]a/.test(head.toString('latin1', 0, 6))) throw new MalformedMediaError('not a GIF');
  source.emit(Buffer.concat([head, yield* source.take(colourTableBytes(head[10]))]));
  for (;;) {
    const introducer = (yield* source.take(1))[0];
    if (introducer === TRAILER) {
      source.emit(Buffer.from([TRAILER]));
      yield* source.discard(Number.POSITIVE_INFINITY);
      return;
    }
    if (introducer === EXTENSION) {
      yield* filterExtension(source);
    } else if (introducer === IMAGE) {
      const descriptor = yield* source.take(9);
      // The colours of this frame, then how its pixels are coded and the size of their first block.
      const start = yield* source.take(colourTableBytes(descriptor[8]) + 2);
      source.emit(Buffer.concat([Buffer.from([IMAGE]), descriptor, start]));
      yield* passBlocks(source, true, start.at(-1) ?? 0);
      source.commit();
    } else {
      throw new MalformedMediaError('not a block');
    }
  }
}
