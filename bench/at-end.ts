/** What was started and has not been ended yet, in the order of its start. */
const open = new Set<() => Promise<void>>();

/**
 * Remembers how to end something. The function returned ends it once, now; whatever nobody ended is ended by `endAll`,
 * so that a part that throws half-way leaves no server behind.
 */
export function atEnd(end: () => Promise<void>): () => Promise<void> {
  const once = async () => {
    if (open.delete(once)) await end();
  };
  open.add(once);
  return once;
}

/** Ends what is left, the newest first. One that cannot be ended keeps nobody else alive. */
export async function endAll(): Promise<void> {
  for (const end of [...open].reverse()) {
    await end().catch((error: unknown) => process.stderr.write(`could not be ended: ${String(error)}\n`));
  }
}
