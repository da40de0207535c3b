import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { acquireLease, type Lease } from '#shared/lease/lease.ts';

export interface UploadLocksParts {
  pool: Pool;
  /** Asks the other processes of this installation to let go of an upload. */
  announce: (uploadId: string) => Promise<void>;
  ttlSeconds?: number;
  patienceMs?: number;
}

/** A killed process holds its locks for so long; senders that come back after a restart wait for it. */
const TTL_SECONDS = 8;
const PATIENCE_MS = 12_000;
const RETRY_MS = 100;

/**
 * One request at a time works on an upload, in whatever process. Who comes later is the same sender on a new
 * connection, whose old one nobody has found dead yet: so the newcomer asks the holder to end, and waits for it.
 * Nothing depends on the lock alone: a piece is noted only where the last one ended.
 */
export class UploadLocks {
  readonly #parts: UploadLocksParts;
  readonly #held = new Map<string, () => void>();
  readonly #running = new Set<Promise<unknown>>();

  constructor(parts: UploadLocksParts) {
    this.#parts = parts;
  }

  /**
   * Runs `work` alone; `'locked'` when the holder does not end in time. The signal of `work` fires when somebody else
   * wants the upload, or when the lock was lost: it should end soon, keeping what it has.
   */
  async run<Result>(uploadId: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result | 'locked'> {
    const running = this.#run(uploadId, work);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Somebody wants this upload: whoever holds it here ends. */
  interrupt(uploadId: string): void {
    this.#held.get(uploadId)?.();
  }

  /** The server stops: bytes that arrived are stored, senders come back to the next one. */
  interruptAll(): void {
    for (const interrupt of this.#held.values()) interrupt();
  }

  /** Resolves when nothing is held any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  async #run<Result>(uploadId: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result | 'locked'> {
    const lease = await this.#acquire(uploadId);
    if (lease === null) return 'locked';
    const wanted = new AbortController();
    const interrupt = () => wanted.abort();
    this.#held.set(uploadId, interrupt);
    try {
      return await work(AbortSignal.any([wanted.signal, lease.signal]));
    } finally {
      if (this.#held.get(uploadId) === interrupt) this.#held.delete(uploadId);
      await this.#release(lease);
    }
  }

  async #acquire(uploadId: string): Promise<Lease | null> {
    const { pool, announce, ttlSeconds = TTL_SECONDS, patienceMs = PATIENCE_MS } = this.#parts;
    const request = { namespace: 'resumable-upload', name: uploadId, ttlSeconds };
    const deadline = performance.now() + patienceMs;
    for (let attempt = 0; ; attempt++) {
      const lease = await acquireLease(pool, request);
      if (lease !== null) return lease;
      if (performance.now() > deadline) return null;
      this.interrupt(uploadId);
      // The holder may be in another process; it is told once in a while, should it not have listened yet.
      if (attempt % 10 === 0) await announce(uploadId);
      await sleep(RETRY_MS);
    }
  }

  /** There are many uploads, so the row goes with its lock. */
  async #release(lease: Lease): Promise<void> {
    await lease.release();
    await this.#parts.pool
      .query(`DELETE FROM "Lease" WHERE "name" = $1 AND "generation" = $2 AND "holder" = $3`, [
        lease.key,
        lease.generation,
        lease.holder,
      ])
      .catch(() => undefined);
  }
}
