import type { ChatAttachment } from './attachment.ts';
import type { JsonValue } from './json-value.ts';

/** One entry of `ChatMessage.attachments` as CONTRACT.md 7 fixes it. `path` never leaves the server. */
export interface LegacyAttachment {
  id: string;
  name: string;
  path: string;
  type: string;
  sizeBytes: number;
}

/** What could be made out of an entry of an older program; null where it did not say. */
export interface ParsedLegacyAttachment {
  id: string;
  name: string;
  path: string | null;
  type: string;
  sizeBytes: number | null;
}

export function toLegacyAttachment(
  row: Pick<ChatAttachment, 'id' | 'originalName' | 'storagePath' | 'mimeType' | 'sizeBytes'>,
): LegacyAttachment {
  return {
    id: row.id,
    name: row.originalName,
    path: row.storagePath,
    type: row.mimeType,
    sizeBytes: row.sizeBytes,
  };
}

/** Entries with an id, in their order, each id once; what is no entry at all is left out. */
export function parseLegacyAttachments(json: JsonValue | null): ParsedLegacyAttachment[] {
  if (!Array.isArray(json)) return [];
  const byId = new Map<string, ParsedLegacyAttachment>();
  for (const value of json) {
    const entry = parseLegacyEntry(value);
    if (entry && !byId.has(entry.id)) byId.set(entry.id, entry);
  }
  return [...byId.values()];
}

/** Null when the value is no entry: not an object, or without an id. */
export function parseLegacyEntry(value: JsonValue): ParsedLegacyAttachment | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const id = asText(value.id);
  if (id === null) return null;
  return {
    id,
    name: asText(value.name) ?? 'file',
    path: asText(value.path),
    type: asText(value.type) ?? 'application/octet-stream',
    sizeBytes: asSize(value.sizeBytes),
  };
}

function asText(value: JsonValue | undefined): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Older programs wrote sizes as numbers and as text. */
function asSize(value: JsonValue | undefined): number | null {
  const size = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null;
}
