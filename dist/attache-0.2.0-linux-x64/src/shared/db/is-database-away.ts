/**
 * Whether a failed statement means that the database does not answer, rather than that it was asked for something
 * wrong: SQLSTATE classes 08 and 57, refused or broken sockets, Prisma's P1xxx and P2024, and pg's own time-outs.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  return (
    /^(08|57)|^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)|^P1\d{3}$|^P2024$/.test(code) ||
    /timeout|terminated|Connection/i.test(error.message)
  );
}
