import type { Pool } from 'pg';
import { lookupStatement, type ReadMode } from './deliverable-sql.ts';

export type Variant = 'original' | 'thumbnail' | 'preview';

/** What one look-up found out. `userId` null: no such session. `file` null: not there, or not for this user. */
export interface Lookup {
  userId: string | null;
  file: DeliverableFile | null;
}

export interface DeliverableFile {
  attachmentId: string;
  dialogId: string;
  storagePath: string;
  /** Null on rows of older programs: the configured driver has it. */
  storageDriver: string | null;
  sizeBytes: number;
  mimeType: string;
  fileName: string;
  etag: string | null;
  lastModified: Date;
}

export interface LookupKey {
  sessionToken: string;
  dialogId: string;
  attachmentId: string;
  variant: Variant;
}

interface LookupRow {
  /** Which of the questions this answers, from 1. */
  question: number;
  userId: string;
  id: string | null;
  storagePath: string;
  storageDriver: string | null;
  sizeBytes: number;
  mimeType: string;
  fileName: string;
  etag: string | null;
  lastModifiedMs: string | number;
}

/** Stands in for ids that PostgreSQL's text cannot hold, so that they cost the same query and get the same 404. */
const NO_SUCH_ID = '-';

/** Statements under way at once. */
const MAX_STATEMENTS = 4;
/** So long what arrives meanwhile waits for the statement under way, to travel together in the next one. */
const PATIENCE_MS = 10;
const MAX_QUESTIONS = 64;

interface Question {
  key: LookupKey;
  answer: (lookup: Lookup) => void;
  fail: (error: unknown) => void;
}

/**
 * The hot look-up, on raw `pg`: a statement prepared once per connection. Each request takes part in exactly one; under
 * load requests that wait share theirs (docs/decisions/004). A statement begins after its requests have arrived, so a
 * session that ended before is seen as ended.
 */
export class DeliverableFinder {
  readonly #pool: Pool;
  readonly #originals: LookupQueue;
  readonly #renditions: LookupQueue;

  constructor(pool: Pool, readMode: ReadMode) {
    this.#pool = pool;
    this.#originals = this.#queueFor(lookupStatement(readMode));
    this.#renditions = this.#queueFor(lookupStatement('rendition'));
  }

  /** @throws whatever `pg` throws when the database is away. */
  find(key: LookupKey): Promise<Lookup> {
    return (key.variant === 'original' ? this.#originals : this.#renditions).find(key);
  }

  #queueFor(statement: { name: string; text: string }): LookupQueue {
    return new LookupQueue((questions) => this.#ask(statement, questions));
  }

  async #ask(statement: { name: string; text: string }, questions: readonly Question[]): Promise<void> {
    const column = (read: (key: LookupKey) => string) => questions.map(({ key }) => read(key));
    const values = [
      column((key) => key.sessionToken),
      column((key) => cleanId(key.dialogId)),
      column((key) => cleanId(key.attachmentId)),
      column((key) => key.variant),
    ];
    const { rows } = await this.#pool.query<LookupRow>({ ...statement, values });
    const rowOf = new Map(rows.map((row) => [row.question, row]));
    for (const [index, { key, answer }] of questions.entries()) {
      const row = rowOf.get(index + 1);
      answer(row === undefined ? { userId: null, file: null } : { userId: row.userId, file: toFile(row, key) });
    }
  }
}

/**
 * Asks once this turn of the event loop has brought its requests. While a statement is under way the next ones gather;
 * when it takes long (a database far away, or one that has fallen silent) they do not wait for its end.
 */
class LookupQueue {
  readonly #ask: (questions: readonly Question[]) => Promise<void>;
  readonly #waiting: Question[] = [];
  #underway = 0;
  #soon: NodeJS.Immediate | null = null;
  #patience: NodeJS.Timeout | null = null;

  constructor(ask: (questions: readonly Question[]) => Promise<void>) {
    this.#ask = ask;
  }

  find(key: LookupKey): Promise<Lookup> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ key, answer, fail });
      this.#arrange();
    });
  }

  #arrange(): void {
    if (this.#waiting.length === 0) return;
    if (this.#underway === 0) this.#soon ??= setImmediate(() => this.#send());
    else if (this.#underway < MAX_STATEMENTS) this.#patience ??= setTimeout(() => this.#send(), PATIENCE_MS);
  }

  #send(): void {
    this.#soon = null;
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = null;
    const questions = this.#waiting.splice(0, MAX_QUESTIONS);
    if (questions.length === 0) return;
    this.#underway += 1;
    this.#ask(questions)
      .catch((error) => {
        for (const { fail } of questions) fail(error);
      })
      .finally(() => {
        this.#underway -= 1;
        // What has gathered since has waited enough.
        if (this.#underway === 0) this.#send();
        else this.#arrange();
      });
    this.#arrange();
  }
}

function toFile(row: LookupRow, key: LookupKey): DeliverableFile | null {
  // A legacy entry without a size cannot be described, and a file that cannot be described is not served.
  if (row.id === null || row.sizeBytes === null) return null;
  return {
    attachmentId: key.attachmentId,
    dialogId: key.dialogId,
    storagePath: row.storagePath,
    storageDriver: row.storageDriver,
    sizeBytes: Number(row.sizeBytes),
    mimeType: row.mimeType,
    fileName: row.fileName,
    etag: row.etag,
    lastModified: new Date(Number(row.lastModifiedMs)),
  };
}

function cleanId(id: string): string {
  return id.length > 200 || id.includes('\0') ? NO_SUCH_ID : id;
}
