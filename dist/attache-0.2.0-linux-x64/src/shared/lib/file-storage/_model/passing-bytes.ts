import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Each passing byte weighs about three: the socket's buffer, the HTTP parser's copy, sometimes a joined one. */
const COLLECT_EVERY_BYTES = 16 * 1024 * 1024;

let passed = 0;
let collect: (() => void) | null = null;

/**
 * To be told of bytes that pass through in buffers of Node's own making. Such buffers die young, but V8 looks at the
 * young only when enough small objects have gathered, and a few of those hold megabytes. Before that, the weight of the
 * buffers (64 MB) makes it walk the whole heap: five times a second at 300 MB/s, which doubled the processor time of a
 * megabyte (docs/decisions/031-force-young-generation-garbage-collection.md). So a collection of the young alone, about a millisecond,
 * comes first.
 */
export function countPassingBytes(bytes: number): void {
  passed += bytes;
  if (passed < COLLECT_EVERY_BYTES) return;
  passed = 0;
  collect ??= findCollector();
  collect();
}

/** The collector is there only under a flag, which can be set for as long as it takes to get hold of it. */
function findCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return typeof found === 'function' ? () => void found({ type: 'minor' }) : () => {};
}
