import type { Pool } from 'pg';
import { BadSettingsError } from '#shared/config/private.ts';
import type { Log } from '#shared/log/log.ts';
import { hasLegacyColumn } from './legacy-column.ts';

interface Gates {
  readMode: 'table' | 'table-then-legacy' | 'legacy';
  tableWrite: boolean;
  legacyWrite: boolean;
  /** Somebody has set LEGACY_WRITE, so that it is not only the default. */
  legacyWriteIsSet: boolean;
}

/** Messages that are looked at from either end of the ids: enough to notice that a backfill is missing. */
const SAMPLE = 1_000;

const RESTORE = 'or bring the column back: npm run db:drop-legacy-attachments -- --restore';

/**
 * Holds the gates of the rollout against the database. Without the column ChatMessage.attachments the default of
 * LEGACY_WRITE is `false`, so that nobody has to keep a setting for what is over.
 * @returns the settings as they are to be used
 * @throws BadSettingsError for settings that need the column after it was dropped
 */
export async function settleGates<Settings extends Gates>(pool: Pool, settings: Settings): Promise<Settings> {
  if (await hasLegacyColumn(pool)) return settings;
  const problems = conflictsWithoutColumn(settings);
  if (problems.length > 0) throw new BadSettingsError(problems);
  return { ...settings, legacyWrite: false };
}

/**
 * Live messages with more entries in their JSON than rows in the table, among a sample from both ends of the ids: at most
 * 2,000 messages are read, however many there are. Logs when there are any and only the table is read.
 */
export async function countRowlessMessages(pool: Pool, { readMode }: Gates, log: Log): Promise<number> {
  if (readMode !== 'table' || !(await hasLegacyColumn(pool))) return 0;
  const sampled = (direction: 'ASC' | 'DESC') =>
    `(SELECT "id", "attachments", "deletedAt" FROM "ChatMessage" ORDER BY "id" ${direction} LIMIT ${SAMPLE})`;
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (${sampled('ASC')} UNION ${sampled('DESC')}) m
      WHERE m."deletedAt" IS NULL AND (SELECT count(*) FROM "ChatAttachment" a WHERE a."messageId" = m."id") < (
        SELECT count(DISTINCT (e.value->>'id', e.value->>'path'))
          FROM jsonb_array_elements(CASE WHEN jsonb_typeof(m."attachments") = 'array' THEN m."attachments" ELSE '[]' END) e
         WHERE e.value->>'id' <> '' AND e.value->>'path' <> '')`,
  );
  const count = rows[0]?.count ?? 0;
  if (count > 0) {
    log.warn(
      { messages: count, sampled: 2 * SAMPLE },
      'READ_MODE=table, but files of older messages have no row and are not shown: run npm run script:backfill-support-attachments, or read table-then-legacy',
    );
  }
  return count;
}

function conflictsWithoutColumn({ readMode, tableWrite, legacyWrite, legacyWriteIsSet }: Gates): string[] {
  const gone = 'the column ChatMessage.attachments was dropped';
  const problems: string[] = [];
  if (readMode === 'legacy') {
    problems.push(`SUPPORT_CHAT_ATTACHMENT_READ_MODE: legacy, but ${gone}; set it to table, ${RESTORE}`);
  }
  if (!tableWrite) {
    problems.push(`SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE: false, but ${gone}; set it to true, ${RESTORE}`);
  }
  if (legacyWrite && legacyWriteIsSet) {
    problems.push(`SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE: true, but ${gone}; leave it out, ${RESTORE}`);
  }
  return problems;
}
