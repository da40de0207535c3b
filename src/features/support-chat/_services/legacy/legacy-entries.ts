import type { JsonValue } from '#entities/support-chat/_domain/json-value.ts';
import { parseLegacyEntry } from '#entities/support-chat/_domain/legacy-attachment.ts';
import { assertStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import { copyId } from './copy-id.ts';

/** One entry of a message's JSON that can become a row. */
export interface LegacyEntry {
  messageId: string;
  /** Its place in the message. */
  position: number;
  id: string;
  path: string;
  name: string;
  type: string;
  /** Null where the older program did not say, or said nonsense. */
  sizeBytes: number | null;
}

/** A line of the report file: something an operator may want to look at. */
export interface LegacyFinding {
  kind: LegacyFindingKind;
  messageId: string;
  position: number | null;
  attachmentId: string | null;
  detail: string;
}

export type LegacyFindingKind =
  /** Cannot become a row; counted as `invalid`. */
  | 'invalid'
  /** The same id or object is known already. */
  | 'duplicate'
  /** Another file of the same message has its id, so it gets one of its own. */
  | 'new-id'
  /** The object is gone. */
  | 'missing-object'
  /** Taken over; something about it is odd. */
  | 'note'
  /** Found by --verify. */
  | 'missing-row'
  | 'size-mismatch'
  | 'checksum-mismatch';

export interface ReadEntries {
  entries: LegacyEntry[];
  findings: LegacyFinding[];
}

/** PostgreSQL's `integer`, the type of `"ChatAttachment"."sizeBytes"` (docs/decisions/087). */
export const MAX_SIZE_BYTES = 2_147_483_647;

/** Why an entry of a larger object cannot become a row. */
export const TOO_LARGE = `the object is larger than ${MAX_SIZE_BYTES} bytes`;

const KNOWN_FIELDS = new Set(['id', 'name', 'path', 'type', 'sizeBytes']);

/** PostgreSQL indexes ids; a longer one is no id of any program. */
const MAX_ID_LENGTH = 255;

const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,64}$/;

/** Reads the JSON of one message. Nothing is left out in silence: what is not among `entries` is among `findings`. */
export function readLegacyEntries(messageId: string, json: JsonValue): ReadEntries {
  const result: ReadEntries = { entries: [], findings: [] };
  const find = (kind: LegacyFindingKind, position: number | null, attachmentId: string | null, detail: string) =>
    result.findings.push({ kind, messageId, position, attachmentId, detail });
  if (!Array.isArray(json)) {
    find('invalid', null, null, `a list was expected, found ${describeJson(json)}`);
    return result;
  }
  const pathsOf = new Map<string, Set<string>>();
  json.forEach((value, position) => {
    const read = readEntry(messageId, position, value);
    if (typeof read === 'string') {
      find('invalid', position, idOf(value), read);
      return;
    }
    const paths = pathsOf.get(read.id);
    if (paths?.has(read.path)) {
      find('duplicate', position, read.id, 'the message has this entry already');
      return;
    }
    pathsOf.set(read.id, new Set(paths).add(read.path));
    const id = paths ? copyId({ ...read, id: `${read.id}\n${read.path}` }) : read.id;
    if (paths) find('new-id', position, read.id, `another file of the message has this id; it gets the id ${id}`);
    result.entries.push({ ...read, id });
    for (const note of oddities(value)) find('note', position, read.id, note);
  });
  return result;
}

/** The type as delivery may use it: a bare media type in lower case. */
export function cleanMediaType(type: string): string {
  const bare = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return MEDIA_TYPE.test(bare) ? bare : 'application/octet-stream';
}

function readEntry(messageId: string, position: number, value: JsonValue): LegacyEntry | string {
  const entry = parseLegacyEntry(value);
  if (!entry) return `an object with an id was expected, found ${describeJson(value)}`;
  if (entry.id.length > MAX_ID_LENGTH) return 'the id is too long';
  if (entry.path === null) return 'it has no path';
  try {
    assertStoragePath(entry.path);
  } catch {
    return 'its path could leave the storage, or holds characters no storage takes';
  }
  return { ...entry, path: entry.path, messageId, position };
}

function oddities(value: JsonValue): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const unknown = Object.keys(value).filter((field) => !KNOWN_FIELDS.has(field));
  const missing = [...KNOWN_FIELDS].filter((field) => value[field] === undefined || value[field] === null);
  return [
    ...(unknown.length > 0 ? [`unknown fields: ${unknown.join(', ')}`] : []),
    ...(missing.length > 0 ? [`fields not given: ${missing.join(', ')}`] : []),
  ];
}

function idOf(value: JsonValue): string | null {
  return parseLegacyEntry(value)?.id.slice(0, MAX_ID_LENGTH) ?? null;
}

function describeJson(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
