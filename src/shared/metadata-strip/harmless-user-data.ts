import { type IsoBox, isoBoxes } from './iso-boxes.ts';

/**
 * Tags of QuickTime and iTunes that name a work or the program that wrote the file. Anything else in `udta` (place,
 * maker, model, date, comments, what is not known) may tell of the person or the device.
 */
const harmlessTags = new Set(
  ['\xa9too', '\xa9enc', '\xa9swr', '\xa9nam', '\xa9ART', '\xa9alb', '\xa9gen', '\xa9wrt'].concat([
    'aART',
    'trkn',
    'disk',
    'gnre',
    'tmpo',
    'cpil',
    'pgap',
    'rtng',
    'stik',
    'hdvd',
    // The cover of a song, as in an MP3.
    'covr',
  ]),
);

function isZero(bytes: Buffer, start: number, end: number): boolean {
  return bytes.subarray(start, end).every((byte) => byte === 0);
}

/** Whether boxes that pass `isHarmless` fill the range; writers of QuickTime end a list with zeros. */
function holdsOnly(bytes: Buffer, start: number, end: number, isHarmless: (box: IsoBox) => boolean): boolean {
  let at = start;
  for (const box of isoBoxes(bytes, start, end)) {
    // A box of size 0 reaches to the end by definition: here it is the zeros at the end of the list.
    if (bytes.readUInt32BE(box.start) === 0) break;
    if (!isHarmless(box)) return false;
    at = box.end;
  }
  return isZero(bytes, at, end);
}

/** `meta` as iTunes and ffmpeg write it into `udta`: a handler `mdir` and a list of tags. */
function isHarmlessTagList(bytes: Buffer, meta: IsoBox): boolean {
  return holdsOnly(bytes, meta.bodyStart + 4, meta.end, (box) => {
    if (box.type === 'hdlr') return bytes.toString('latin1', box.bodyStart + 8, box.bodyStart + 12) === 'mdir';
    if (box.type === 'ilst') return holdsOnly(bytes, box.bodyStart, box.end, ({ type }) => harmlessTags.has(type));
    return box.type === 'free' && isZero(bytes, box.bodyStart, box.end);
  });
}

/** Whether a `udta` box says nothing of the person, the place or the device, so that the file can stay as it is. */
export function isHarmlessUserData(bytes: Buffer, udta: IsoBox): boolean {
  return holdsOnly(bytes, udta.bodyStart, udta.end, (box) => {
    if (box.type === 'meta') return isHarmlessTagList(bytes, box);
    return harmlessTags.has(box.type) || (box.type === 'free' && isZero(bytes, box.bodyStart, box.end));
  });
}
