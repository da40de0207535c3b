import { createHash } from 'node:crypto';

/**
 * The id of a file whose own is taken. The same for the same entry, so that a second run finds what the first one made.
 * Shaped as a uuid (RFC 9562, 5.8).
 */
export function copyId(entry: { id: string; messageId: string }): string {
  const hash = createHash('sha256').update(`${entry.messageId}\n${entry.id}`).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
