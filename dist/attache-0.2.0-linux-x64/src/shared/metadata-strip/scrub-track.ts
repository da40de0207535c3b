import { isHarmlessUserData } from './harmless-user-data.ts';
import { findBox, type IsoBox, isoBoxes, readFourCc } from './iso-boxes.ts';

/** Says how a 360° film is wrapped around the viewer; without it the picture is wrong. */
const sphericalVideoUuid = 'ffcc8263f8554a938814587a02521fdd';

function blank(bytes: Buffer, box: IsoBox): void {
  bytes.write('free', box.start + 4, 'latin1');
  bytes.fill(0, box.bodyStart, box.end);
}

function isTelemetry(bytes: Buffer, track: IsoBox): boolean {
  const media = findBox(bytes, track.bodyStart, track.end, 'mdia');
  const handler = media ? findBox(bytes, media.bodyStart, media.end, 'hdlr') : null;
  return handler !== null && readFourCc(bytes, handler.bodyStart + 8) === 'meta';
}

/**
 * Blanks, in place and without moving a byte, what a `trak` box says beside how to play it. A track of timed metadata
 * (positions, sensor readings, faces) becomes free space as a whole, so that no reader finds its samples.
 *
 * @param bytes exactly one `trak` box, header included.
 */
export function scrubTrack(bytes: Buffer): void {
  const track = findBox(bytes, 0, bytes.length, 'trak');
  if (!track) return;
  if (isTelemetry(bytes, track)) {
    blank(bytes, track);
    return;
  }
  for (const box of isoBoxes(bytes, track.bodyStart, track.end)) {
    const isSpherical =
      box.type === 'uuid' && bytes.toString('hex', box.bodyStart, box.bodyStart + 16) === sphericalVideoUuid;
    const isHarmless = box.type === 'udta' && isHarmlessUserData(bytes, box);
    const isMetadata = box.type === 'udta' || box.type === 'meta' || box.type === 'uuid';
    if (isMetadata && !isSpherical && !isHarmless) blank(bytes, box);
  }
}
