/** Why the database cannot serve a statement that there is nothing wrong with. */
export type DatabaseTrouble =
  | 'unreachable'
  | 'timeout'
  | 'too-many-connections'
  | 'read-only'
  | 'out-of-resources'
  | 'out-of-descriptors';

/** SQLSTATE classes and codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BY_SQLSTATE: readonly [RegExp, DatabaseTrouble][] = [
  [/^(57014|55P03|25P0[34])$/, 'timeout'],
  [/^53300$/, 'too-many-connections'],
  [/^53/, 'out-of-resources'],
  [/^25006$/, 'read-only'],
  [/^(08|57P)/, 'unreachable'],
  [/^58/, 'out-of-resources'],
];

/** Node's system errors and Prisma's codes (https://www.prisma.io/docs/orm/reference/error-reference). */
const BY_CODE: readonly [RegExp, DatabaseTrouble][] = [
  [/^(ETIMEDOUT|P1002|P1008|P2024|P2028)$/, 'timeout'],
  [/^(EMFILE|ENFILE)$/, 'out-of-descriptors'],
  [/^(P2037)$/, 'too-many-connections'],
  [/^(ECONN\w+|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|P1\d{3})$/, 'unreachable'],
];

/** pg and its pool give these no code. */
const BY_MESSAGE: readonly [RegExp, DatabaseTrouble][] = [
  [/^(timeout exceeded when trying to connect|Query read timeout)$/, 'timeout'],
  [/^Connection terminated|^Client has encountered a connection error|Server has closed the connection/, 'unreachable'],
  [/no more connections allowed|too many (clients|connections)/i, 'too-many-connections'],
];

/**
 * Tells trouble of the database from a fault of ours: the answer to trouble is 503 and "come back", to a fault 500.
 * Looks through what wraps the driver's error (Prisma's errors, `cause`, AggregateError).
 * @returns null for everything else
 */
export function classifyDatabaseError(error: unknown, depth = 0): DatabaseTrouble | null {
  if (typeof error !== 'object' || error === null || depth > 5) return null;
  const { name, code, originalCode, message, cause, meta, errors } = error as Record<string, unknown>;
  // A storage that refuses connections fails with the same codes, and is no trouble of the database.
  if (typeof name === 'string' && name.startsWith('Storage')) return null;
  for (const value of [originalCode, code]) {
    if (typeof value !== 'string') continue;
    const table = /^[0-9A-Z]{5}$/.test(value) && !/^P\d{4}$|^E[A-Z]{4}$/.test(value) ? BY_SQLSTATE : BY_CODE;
    const known = table.find(([pattern]) => pattern.test(value));
    if (known) return known[1];
  }
  const told = typeof message === 'string' ? BY_MESSAGE.find(([pattern]) => pattern.test(message)) : undefined;
  if (told) return told[1];
  const inner = [cause, (meta as Record<string, unknown> | undefined)?.driverAdapterError];
  for (const next of Array.isArray(errors) ? [...inner, ...errors] : inner) {
    const trouble = classifyDatabaseError(next, depth + 1);
    if (trouble) return trouble;
  }
  return null;
}
