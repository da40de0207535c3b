import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PRESENT_FOR_MS, Presence } from './presence.ts';

/** Two processes that hear each other and themselves, as over NOTIFY. */
function twoProcesses(): [Presence, Presence] {
  const all: Presence[] = [];
  for (let i = 0; i < 2; i++) {
    all.push(
      new Presence({
        announce: async (signal) => {
          for (const one of all) one.receive(signal);
        },
      }),
    );
  }
  const [a, b] = all;
  if (!a || !b) throw new Error('There are two.');
  return [a, b];
}

const told = (presence: Presence) =>
  presence.takeChanges().map(({ side, userId, online }) => `${userId ?? side} ${online ? 'came' : 'went'}`);

describe('presence', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is known to every process, and told once however many pages are open', () => {
    const [a, b] = twoProcesses();
    a.arrive('anna', false);
    a.arrive('anna', false);
    b.arrive('anna', false);
    expect([a.isOnline('anna'), b.isOnline('anna')]).toEqual([true, true]);
    expect([told(a), told(b)]).toEqual([['anna came'], ['anna came']]);
  });

  it('outlasts a reload of the page', () => {
    const [a] = twoProcesses();
    a.arrive('anna', false);
    a.leave('anna');
    vi.advanceTimersByTime(2_000);
    a.arrive('anna', false);
    vi.advanceTimersByTime(20_000);
    expect([a.isOnline('anna'), told(a)]).toEqual([true, ['anna came']]);
  });

  it('ends when the last page in the last process is closed, and is remembered', () => {
    const [a, b] = twoProcesses();
    a.arrive('anna', false);
    b.arrive('anna', false);
    a.leave('anna');
    vi.advanceTimersByTime(6_000);
    expect(b.isOnline('anna')).toBe(true);
    b.leave('anna');
    vi.advanceTimersByTime(6_000);
    expect([a.isOnline('anna'), b.isOnline('anna')]).toEqual([false, false]);
    expect(a.lastSeenAt({ userId: 'anna' })?.getTime()).toBeGreaterThan(Date.now() - 10_000);
  });

  it('of support is one: colleagues who come and go in between change nothing', () => {
    const [a, b] = twoProcesses();
    a.arrive('sofia', true);
    b.arrive('admin', true);
    expect([told(a), a.isSupportOnline()]).toEqual([['STAFF came'], true]);
    a.leave('sofia');
    vi.advanceTimersByTime(6_000);
    expect([told(a), a.isSupportOnline()]).toEqual([[], true]);
    b.leave('admin');
    vi.advanceTimersByTime(6_000);
    expect([told(a), a.isSupportOnline(), a.lastSeenAt('support') !== null]).toEqual([['STAFF went'], false, true]);
  });

  it('of a process that died ends by itself, and of one that lives does not', () => {
    const [a, b] = twoProcesses();
    a.arrive('anna', false);
    b.arrive('boris', false);
    vi.advanceTimersByTime(PRESENT_FOR_MS - 1_000);
    b.repeat();
    vi.advanceTimersByTime(2_000);
    b.sweep();
    expect([b.isOnline('anna'), b.isOnline('boris')]).toEqual([false, true]);
  });

  it('ends at once where a process closes', async () => {
    const [a, b] = twoProcesses();
    a.arrive('anna', false);
    await a.close();
    expect(b.isOnline('anna')).toBe(false);
  });

  it('of many is told in signals that NOTIFY can carry', () => {
    const lengths: number[] = [];
    const announce = async (signal: object) => void lengths.push(JSON.stringify(signal).length);
    const presence = new Presence({ announce });
    for (let i = 0; i < 400; i++) presence.arrive(`00000000-0000-4000-8000-${String(i).padStart(12, '0')}`, false);
    lengths.length = 0;
    presence.repeat();
    expect([lengths.length, Math.max(...lengths) < 8_000]).toEqual([3, true]);
  });
});
