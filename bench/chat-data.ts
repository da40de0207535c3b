import type { Pool, PoolClient } from 'pg';

/** The size of a chat and its proportions. */
export interface ChatSize {
  messages: number;
  dialogs: number;
  customers: number;
  /** Messages of the longest conversation. */
  longest: number;
}

export const LONGEST_DIALOG_ID = 'dialog-0';

/** Words with a natural frequency: the first ones are in most messages, the last ones in a few of a million. */
function vocabulary(): string[] {
  const starts = ['pa', 'ре', 'sto', 'кли', 'mu', 'до', 'ker', 'ва', 'lin', 'шо', 'tra', 'ми'];
  const middles = ['ra', 'ко', 'ni', 'ле', 'do', 'та', 've', 'по', 'su', 'бе', 'mo', 'ги'];
  const ends = ['n', 'ет', 'st', 'ка', 'ly', 'ть', 'ment', 'ные', 'er', 'ов'];
  const words = ['the', 'и', 'to', 'не', 'order', 'заказ', 'please', 'спасибо', 'parcel', 'возврат'];
  for (const start of starts) for (const middle of middles) for (const end of ends) words.push(start + middle + end);
  return words;
}

/**
 * Fills an empty, migrated database: three years of conversations, three in four closed, all answered except the 300
 * whose customers wait. Every attachment is a row and, as with the default settings, an entry in the legacy JSON.
 */
export async function fillChat(pool: Pool, size: ChatSize): Promise<void> {
  const client = await pool.connect();
  try {
    // Skips foreign keys and triggers, which would check these rows one by one.
    await client.query(`SET session_replication_role = replica; SELECT setseed(0.5)`);
    await addPeople(client, size);
    await addMessages(client, size);
    await addAttachments(client, size);
    await addActivity(client, size);
    await client.query('RESET session_replication_role');
  } finally {
    client.release();
  }
  // Maintained by triggers, which were off.
  await pool.query('SELECT "noteUnanswered"(array_agg("id")) FROM "ChatDialog"');
  for (const table of ['User', 'ChatDialog', 'ChatMessage', 'ChatAttachment', 'SupportEvent', 'ChatAttachmentAccess']) {
    await pool.query(`VACUUM ANALYZE "${table}"`);
  }
  await pool.query('CHECKPOINT');
}

async function addPeople(client: PoolClient, { customers, dialogs }: ChatSize): Promise<void> {
  await client.query(
    `INSERT INTO "User" ("id", "name", "email") SELECT 'customer-' || n, 'Customer ' || md5(n::text), 'c' || n || '@example.test'
       FROM generate_series(0, $1 - 1) n`,
    [customers],
  );
  await client.query(
    `INSERT INTO "User" ("id", "name", "email", "role") VALUES ('staff', 'Sofia', 's@example.test', 'STAFF')`,
  );
  await client.query(
    `INSERT INTO "ChatDialog" ("id", "userId", "topic", "createdAt", "updatedAt", "closedAt")
     SELECT 'dialog-' || n, 'customer-' || n % $2, 'Topic ' || left(md5(n::text), 6), at, at,
            CASE WHEN n % 4 > 0 THEN at + interval '20 days' END
       FROM generate_series(0, $1 - 1) n,
            LATERAL (SELECT now() - (n + 1) * interval '3 years' / $1 - interval '1 hour' AS at) started`,
    [dialogs, customers],
  );
}

/**
 * Messages are spread evenly over the conversations, customer and support alternating; the first has more. The last
 * message is support's, except in 300 open conversations.
 */
async function addMessages(client: PoolClient, { messages, dialogs, longest }: ChatSize): Promise<void> {
  const entry = (nr: number) => `jsonb_build_object('id', ${idOfFile('n', nr)}, 'name', ${nameOfFile('n', nr)},
    'type', 'image/png', 'sizeBytes', 100000, 'path', 'support-chat/' || d."userId" || '/' || md5(n || '-${nr}'))`;
  await client.query(
    `INSERT INTO "ChatMessage" ("id", "dialogId", "senderType", "senderUserId", "senderStaffId", "text", "createdAt", "attachments")
     SELECT md5('message' || n)::uuid, d."id", CASE WHEN by_user THEN 'USER' ELSE 'STAFF' END::"SenderType",
            CASE WHEN by_user THEN d."userId" END, CASE WHEN NOT by_user THEN 'staff' END, said.words || ' #' || n, at,
            CASE WHEN n % 2 = 0 THEN jsonb_build_array(${entry(0)}, ${entry(1)}) ELSE jsonb_build_array(${entry(0)}) END
       FROM generate_series(0, $1::int - 1) n,
            LATERAL (SELECT n < $3::int AS is_of_longest, greatest(n - $3, 0) % ($2::int - 1) + 1 AS other,
                            greatest(n - $3, 0) / ($2 - 1) AS round, n + $2 > $1 AS is_last) place,
            LATERAL (SELECT CASE WHEN is_of_longest THEN n % 2 = 0 WHEN is_last THEN other % 8 = 0 AND other < 2400
                                 ELSE round % 2 = 0 END AS by_user,
                            CASE WHEN is_of_longest THEN now() - ($3 - n) * interval '3 years' / $3
                                 ELSE now() - (other + 1) * interval '3 years' / $2 - interval '40 minutes'
                                      + round * (other % 4000) * interval '1 second' END AS at) message,
            LATERAL (SELECT string_agg(($4::text[])[1 + floor(power(random(), 3) * cardinality($4::text[]))::int], ' ') AS words
                       FROM generate_series(0, 5 + n % 9)) said, "ChatDialog" d
      WHERE d."id" = 'dialog-' || CASE WHEN is_of_longest THEN 0 ELSE other END`,
    [messages, dialogs, longest, vocabulary()],
  );
  await client.query(
    `UPDATE "ChatDialog" d SET "lastMessageAt" = last.at, "updatedAt" = last.at
       FROM (SELECT "dialogId", max("createdAt") AS at FROM "ChatMessage" GROUP BY 1) last WHERE last."dialogId" = d."id"`,
  );
}

const idOfFile = (n: string, nr: number | string) => `md5('file' || ${n} || '-' || ${nr})::uuid::text`;

const nameOfFile = (n: string, nr: number | string) => `(CASE (${n} + ${nr}) % 5
  WHEN 0 THEN 'IMG_' || ${n} || '.jpg' WHEN 1 THEN 'Screenshot 2026-01-' || ${n} % 28 || ' at ' || ${n} || '.png'
  WHEN 2 THEN 'договор №' || ${n} || '.pdf' WHEN 3 THEN 'invoice-' || ${n} || '.pdf' ELSE 'photo.png' END)`;

/** The rows of the JSON entries, previews done, plus files that wait for the cleanup and for previews. */
async function addAttachments(client: PoolClient, { messages, dialogs, customers }: ChatSize): Promise<void> {
  const columns = `"id", "dialogId", "messageId", "storagePath", "mimeType", "sizeBytes", "originalName", "createdByUserId",
    "status", "createdAt", "updatedAt", "position", "previewState"`;
  await client.query(
    `INSERT INTO "ChatAttachment" (${columns})
     SELECT ${idOfFile('n', 'nr')}, m."dialogId", m."id", 'support-chat/' || d."userId" || '/' || md5(n || '-' || nr),
            CASE WHEN (n + nr) % 5 IN (2, 3) THEN 'application/pdf' ELSE 'image/png' END, 100000, ${nameOfFile('n', 'nr')},
            d."userId", 'LINKED', m."createdAt", m."createdAt", nr, 'ready'
       FROM "ChatMessage" m JOIN "ChatDialog" d ON d."id" = m."dialogId",
            LATERAL (SELECT split_part(m."text", '#', 2)::int AS n) number, generate_series(0, 1 - n % 2) nr`,
  );
  await client.query(
    `INSERT INTO "ChatAttachment" (${columns})
     SELECT md5('staged' || n)::uuid, 'dialog-' || n % $2::int, NULL, 'support-chat/' || n % $3::int || '/' || md5('staged' || n),
            'image/png', 100000, 'staged.png', 'customer-' || n % $3, CASE WHEN n % 4 = 0 THEN 'DELETING' ELSE 'UPLOADED' END::"ChatAttachmentStatus",
            now() - n * interval '1 minute', now(), 0, 'none'
       FROM generate_series(0, $1 / 50) n`,
    [messages, dialogs, customers],
  );
  await client.query(
    `INSERT INTO "RenditionJob" ("attachmentId") SELECT "id" FROM "ChatAttachment" WHERE "status" = 'LINKED' LIMIT $1 / 1000`,
    [messages],
  );
}

/** Read states, a day of events, and access records for a third of the files. */
async function addActivity(client: PoolClient, { messages }: ChatSize): Promise<void> {
  await client.query(
    `INSERT INTO "SupportReadState" ("id", "dialogId", "readerType", "lastReadMessageId", "readAt", "updatedAt")
     SELECT DISTINCT ON ("dialogId", "senderType") gen_random_uuid(), "dialogId",
            CASE "senderType" WHEN 'USER' THEN 'STAFF' ELSE 'USER' END::"ReaderType", "id", "createdAt", "createdAt"
       FROM "ChatMessage" ORDER BY "dialogId", "senderType", "createdAt" DESC`,
  );
  await client.query(
    `INSERT INTO "SupportEvent" ("type", "dialogId", "messageId", "createdAt")
     SELECT 'message.created', "dialogId", "id", now() - interval '1 hour' FROM "ChatMessage" ORDER BY random() LIMIT $1 / 20`,
    [messages],
  );
  await client.query(
    `INSERT INTO "ChatAttachmentAccess" ("attachmentId", "dialogId", "userId", "action", "at")
     SELECT "id", "dialogId", 'staff', 'open', "createdAt" + interval '1 minute' FROM "ChatAttachment" WHERE "status" = 'LINKED'
       AND "id" < '6'`,
  );
}
