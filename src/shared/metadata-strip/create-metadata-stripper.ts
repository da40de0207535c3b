import { Duplex, Transform } from 'node:stream';
import { ByteSource } from './byte-source.ts';
import { stripGif } from './strip-gif.ts';
import { stripIsoBmff } from './strip-iso-bmff.ts';
import { stripJpeg } from './strip-jpeg.ts';
import { stripOgg } from './strip-ogg.ts';
import { stripPng } from './strip-png.ts';
import { stripTiff } from './strip-tiff.ts';
import { stripWebm } from './strip-webm.ts';
import { stripWebp } from './strip-webp.ts';
import { findStrippableFormat, type StrippableFormat } from './strippable-types.ts';

type Filter = (source: ByteSource) => Generator<void, void, void>;

const filters: Record<Exclude<StrippableFormat, 'tiff'>, Filter> = {
  jpeg: stripJpeg,
  png: stripPng,
  webp: stripWebp,
  gif: stripGif,
  'iso-bmff': stripIsoBmff,
  webm: stripWebm,
  ogg: stripOgg,
};

/**
 * A stream that takes place, camera, serial numbers and comments out of a photo or film as it passes and leaves pixels,
 * sound, colours and orientation as they are. Null for types that carry none or cannot be filtered in passing.
 *
 * A file that is not what its type says, or is broken, comes out byte for byte as it went in: losing somebody's upload
 * would be worse. Normally holds less than 100 KiB; at most about
 * 25 MiB, for a HEIC whose index stands behind its pictures.
 *
 * @param mimeType the type found in the first bytes, never the one a client claimed.
 */
export function createMetadataStripper(mimeType: string): Duplex | null {
  const format = findStrippableFormat(mimeType);
  if (!format) return null;
  return format === 'tiff' ? Duplex.from(stripTiff) : createFilter(filters[format]);
}

function createFilter(start: Filter): Transform {
  const source = new ByteSource();
  const filter = start(source);
  let working = true;

  /** What may go on, in one piece: compressed pictures fall into very many, and each would cost the disk a write. */
  function advance(): Buffer {
    if (working) {
      try {
        working = filter.next().done !== true;
        if (!working) source.commit();
      } catch {
        // Whatever went wrong while parsing, the answer is the same: the rest goes out as it came in.
        working = false;
      }
    }
    if (!working) source.passThrough();
    const pieces = source.drain();
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      source.feed(chunk);
      done(null, advance());
    },
    flush(done) {
      source.end();
      done(null, advance());
    },
  });
}
