import { describe, expect, it } from 'vitest';
import { Semaphore } from './semaphore.ts';

describe('a semaphore', () => {
  it('lets at most its limit in, and the others in the order of their coming', async () => {
    const semaphore = new Semaphore(2);
    const entered: number[] = [];
    const enter = async (id: number) => {
      const release = await semaphore.acquire();
      entered.push(id);
      return release;
    };
    const all = [1, 2, 3, 4].map(enter);
    const [first] = await Promise.all(all.slice(0, 2));
    expect(entered).toEqual([1, 2]);
    first?.();
    first?.();
    await all[2];
    expect(entered).toEqual([1, 2, 3]);
    (await all[1])?.();
    await all[3];
    expect(entered).toEqual([1, 2, 3, 4]);
  });

  it('can send away those who wait, and goes on working', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const waiting = semaphore.acquire();
    semaphore.rejectWaiting(new RangeError('closed'));
    await expect(waiting).rejects.toThrow('closed');
    release();
    expect(await semaphore.acquire()).toBeTypeOf('function');
  });
});
