import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * Structured logs on standard error, one JSON object a line (standard output belongs to a command's report).
 * Never log names, texts, e-mail addresses or storage paths: ids are enough to find a row (THREATS.md 27).
 * Errors are reduced to class, code and message, because drivers hang requests, hosts and keys on theirs.
 */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, error: describeError },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  const cause = error.cause instanceof Error ? { type: error.cause.name, message: error.cause.message } : undefined;
  return { type: error.name, code: typeof code === 'string' ? code : undefined, message: error.message, cause };
}
