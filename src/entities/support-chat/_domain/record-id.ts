import { z } from 'zod';

/** As the columns of older programs have it: `VARCHAR(255)` at most. */
export const MAX_ID_LENGTH = 255;

/**
 * The id of a conversation, message, attachment or user as a caller sends it. Older programs made ids of their own, so
 * anything short and printable may be one. The one rule for procedures, addresses, form fields and upload metadata.
 */
export const recordId = z
  .string()
  .regex(new RegExp(`^[^\\u0000-\\u001f\\u007f]{1,${MAX_ID_LENGTH}}$`, 'u'), 'not an id')
  .brand<'RecordId'>();

export type RecordId = z.output<typeof recordId>;

/** Belongs to no record. */
export const NO_SUCH_ID = '-' as RecordId;

/** What cannot be an id becomes one that no record has: it costs the same query and gets the same 404. */
export function toRecordId(text: string): RecordId {
  const parsed = recordId.safeParse(text);
  return parsed.success ? parsed.data : NO_SUCH_ID;
}

/** The same for a segment of a path, percent-encoded as it was sent. */
export function decodeRecordId(segment: string): RecordId {
  try {
    return toRecordId(decodeURIComponent(segment));
  } catch {
    return NO_SUCH_ID;
  }
}
