import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeferredRemovals } from './deferred-removals.ts';

describe('removals that have to wait for the storage', () => {
  let removals: DeferredRemovals;
  beforeEach(() => {
    vi.useFakeTimers();
    removals = new DeferredRemovals();
  });
  afterEach(() => {
    removals.close();
    vi.useRealTimers();
  });

  it('are tried until they succeed, and once more later for what a frozen server did in its sleep', async () => {
    let calls = 0;
    removals.add(
      'a',
      async () => {
        calls++;
        if (calls < 4) throw new Error('down');
      },
      2,
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toBe(5);
    expect(removals.size).toBe(0);
  });

  it('are given up after an hour or so', async () => {
    let calls = 0;
    removals.add('a', async () => Promise.reject(new Error(`down ${++calls}`)), 1);
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    expect(removals.size).toBe(0);
    expect(calls).toBeLessThanOrEqual(60);
  });

  it('never touch a path that is written anew, not even when one is under way', async () => {
    const finish = Promise.withResolvers<void>();
    let calls = 0;
    removals.add(
      'a',
      () => {
        calls++;
        return finish.promise;
      },
      2,
    );
    await vi.advanceTimersByTimeAsync(1_000);
    let isReclaimed = false;
    const reclaiming = removals.reclaim('a').then(() => {
      isReclaimed = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(isReclaimed).toBe(false);
    finish.resolve();
    await reclaiming;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(calls).toBe(1);
  });
});
