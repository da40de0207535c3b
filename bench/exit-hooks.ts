/** Hooks that have not run yet, oldest first. */
const hooks = new Set<() => Promise<void>>();

/**
 * Registers how to stop something, so that a section that throws leaves no server running.
 * @returns runs the hook now, at most once
 */
export function addExitHook(stop: () => Promise<void>): () => Promise<void> {
  const stopOnce = async () => {
    if (hooks.delete(stopOnce)) await stop();
  };
  hooks.add(stopOnce);
  return stopOnce;
}

/** Runs the remaining hooks, newest first; a failing one is reported and does not keep the others from running. */
export async function runExitHooks(): Promise<void> {
  for (const stop of [...hooks].reverse()) {
    await stop().catch((error: unknown) => process.stderr.write(`exit hook failed: ${String(error)}\n`));
  }
}
