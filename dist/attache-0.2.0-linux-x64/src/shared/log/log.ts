import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * Structured logs on standard error, one JSON object a line (standard output belongs to a command's report).
 * Never log names, texts, e-mail addresses or storage paths: ids are enough to find a row (THREATS.md 27).
 * Errors are reduced to class, code and message, because drivers hang requests, hosts and keys on theirs. Of an error of
 * the system, or of another's behind ours, not even the message is kept: it names files and addresses.
 */
export function createLog(
  level: string,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, error: describeError },
    },
    destination,
  );
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const message = 'syscall' in error ? undefined : error.message;
  const cause = error.cause instanceof Error ? { type: error.cause.name, code: codeOf(error.cause) } : undefined;
  return { type: error.name, code: codeOf(error), message, cause };
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
