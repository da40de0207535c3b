/** Where the reader stopped in a video or a recording, in seconds, by attachment id. Kept for the life of the tab. */
const positions = new Map<string, number>();
/** Closer than this to an end, playing starts anew. */
const endMarginSeconds = 2;

export function rememberPosition(attachmentId: string, element: HTMLMediaElement): void {
  const { currentTime, duration } = element;
  const isNearEnd = Number.isFinite(duration) && duration - currentTime < endMarginSeconds;
  if (isNearEnd || currentTime < 1) positions.delete(attachmentId);
  else positions.set(attachmentId, currentTime);
}

export function findPosition(attachmentId: string): number {
  return positions.get(attachmentId) ?? 0;
}

let playing: HTMLMediaElement | null = null;

/** One voice at a time: whatever starts silences what was playing. */
export function claimPlayback(element: HTMLMediaElement): void {
  if (playing && playing !== element) playing.pause();
  playing = element;
}
