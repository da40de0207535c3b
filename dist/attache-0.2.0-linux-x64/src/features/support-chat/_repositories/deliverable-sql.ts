/** Where the attachments of a message are read from (CONTRACT.md 2). */
export type ReadMode = 'table' | 'table-then-legacy' | 'legacy';

/**
 * Session, user, permission, dialog and attachment in one prepared statement (HTTP.md, order of decisions).
 * A row comes back whenever the session lives; its attachment columns are null unless this user may read the file,
 * so "missing", "elsewhere" and "not yours" cost the same query and are the same answer.
 * The visibility rule is the SQL twin of `mayReadDialog` (entities/support-chat): a test runs both over every case.
 */
const MAY_READ = `d."userId" = u.id OR (d."draftOwnerId" IS NULL AND (u.role = 'ADMIN' OR (u.role = 'STAFF' AND p."canManageSupportChats")))`;

const SESSION = `FROM "Session" s
JOIN "User" u ON u.id = s."userId"
LEFT JOIN "StaffPermission" p ON p."userId" = u.id
LEFT JOIN "ChatDialog" d ON d.id = k."dialogId" AND (${MAY_READ})`;

const LIVE_SESSION = `WHERE s.token = k.token AND s."expiresAt" > now() AT TIME ZONE 'UTC'`;

/** A staged file is its uploader's alone; a linked one goes with its message. */
const TABLE_ROW = `LEFT JOIN "ChatAttachment" a ON a.id = k."attachmentId" AND a."dialogId" = d.id
  AND (a.status = 'LINKED' OR (a.status = 'UPLOADED' AND a."createdByUserId" = u.id))
LEFT JOIN "ChatMessage" m ON m.id = a."messageId"`;

const TABLE = `SELECT u.id AS "userId", CASE WHEN m."deletedAt" IS NULL THEN a.id END AS id, a."storagePath", a."storageDriver",
  a."sizeBytes", a."mimeType", a."originalName" AS "fileName", a.etag,
  extract(epoch FROM coalesce(a."lastModified", a."createdAt")) * 1000 AS "lastModifiedMs"
${SESSION}
${TABLE_ROW}
${LIVE_SESSION}`;

const RENDITION = `SELECT u.id AS "userId", CASE WHEN m."deletedAt" IS NULL THEN r.id END AS id, r."storagePath", r."storageDriver",
  r."sizeBytes", r."mimeType", a."originalName" AS "fileName", r.etag,
  extract(epoch FROM r."lastModified") * 1000 AS "lastModifiedMs"
${SESSION}
${TABLE_ROW}
LEFT JOIN "ChatAttachmentRendition" r ON r."attachmentId" = a.id AND r.variant = k.variant
${LIVE_SESSION}`;

/** One entry of the message's JSON; the dialog's messages are few and indexed, so this needs no index of its own. */
const LEGACY_ENTRY = `LEFT JOIN LATERAL (
  SELECT e.value AS entry, lm."createdAt"
  FROM "ChatMessage" lm
  CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(lm.attachments) = 'array' THEN lm.attachments ELSE '[]' END) e
  WHERE lm."dialogId" = d.id AND lm."deletedAt" IS NULL AND e.value->>'id' = k."attachmentId" AND coalesce(e.value->>'path', '') <> ''
  LIMIT 1
) l ON %CONDITION%`;

const LEGACY_COLUMNS = {
  id: `l.entry->>'id'`,
  storagePath: `l.entry->>'path'`,
  sizeBytes: `CASE WHEN l.entry->>'sizeBytes' ~ '^[0-9]{1,15}$' THEN (l.entry->>'sizeBytes')::bigint END`,
  mimeType: `coalesce(l.entry->>'type', 'application/octet-stream')`,
  fileName: `coalesce(l.entry->>'name', 'file')`,
};

const entryOrStaged = (entryColumn: string, rowColumn: string) =>
  `CASE WHEN l.entry IS NULL THEN a.${rowColumn} ELSE ${entryColumn} END`;

/** A row of the same object adds its tag and place; staged files have their row alone in this mode too. */
const LEGACY = `SELECT u.id AS "userId", ${entryOrStaged(LEGACY_COLUMNS.id, 'id')} AS id,
  ${entryOrStaged(LEGACY_COLUMNS.storagePath, '"storagePath"')} AS "storagePath", a."storageDriver",
  ${entryOrStaged(LEGACY_COLUMNS.sizeBytes, '"sizeBytes"')} AS "sizeBytes",
  ${entryOrStaged(LEGACY_COLUMNS.mimeType, '"mimeType"')} AS "mimeType",
  ${entryOrStaged(LEGACY_COLUMNS.fileName, '"originalName"')} AS "fileName", a.etag,
  extract(epoch FROM coalesce(a."lastModified", l."createdAt", a."createdAt")) * 1000 AS "lastModifiedMs"
${SESSION}
${LEGACY_ENTRY.replace('%CONDITION%', 'true')}
LEFT JOIN "ChatAttachment" a ON a.id = k."attachmentId" AND a."dialogId" = d.id AND (a."storagePath" = l.entry->>'path'
  OR (l.entry IS NULL AND a.status = 'UPLOADED' AND a."createdByUserId" = u.id))
${LIVE_SESSION}`;

const TABLE_THEN_LEGACY = `SELECT u.id AS "userId",
  coalesce(CASE WHEN m."deletedAt" IS NULL THEN a.id END, ${LEGACY_COLUMNS.id}) AS id,
  coalesce(a."storagePath", ${LEGACY_COLUMNS.storagePath}) AS "storagePath", a."storageDriver",
  coalesce(a."sizeBytes", ${LEGACY_COLUMNS.sizeBytes}) AS "sizeBytes",
  coalesce(a."mimeType", ${LEGACY_COLUMNS.mimeType}) AS "mimeType",
  coalesce(a."originalName", ${LEGACY_COLUMNS.fileName}) AS "fileName", a.etag,
  extract(epoch FROM coalesce(a."lastModified", a."createdAt", l."createdAt")) * 1000 AS "lastModifiedMs"
${SESSION}
${TABLE_ROW}
LEFT JOIN "ChatAttachment" x ON x.id = k."attachmentId" AND x."dialogId" = d.id AND x.status <> 'UPLOADED'
${LEGACY_ENTRY.replace('%CONDITION%', 'x.id IS NULL')}
${LIVE_SESSION}`;

/** The statement of a read mode, and that of renditions, over any number of questions at once. */
export function lookupStatement(kind: ReadMode | 'rendition'): { name: string; text: string } {
  const select = { table: TABLE, 'table-then-legacy': TABLE_THEN_LEGACY, legacy: LEGACY, rendition: RENDITION }[kind];
  const text = `SELECT k.n::int AS "question", found.*
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS k(token, "dialogId", "attachmentId", variant, n)
CROSS JOIN LATERAL (${select}) found`;
  return { name: `find-deliverable-${kind}`, text };
}
