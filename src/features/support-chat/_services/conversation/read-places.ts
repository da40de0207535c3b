import type { ReadMode } from '#entities/support-chat/_domain/types.ts';

/** Where the files of messages are looked for, by the read mode: the same places a message shows them from. */
export function placesOf(readMode: ReadMode): { table: boolean; legacy: boolean } {
  return { table: readMode !== 'legacy', legacy: readMode !== 'table' };
}
