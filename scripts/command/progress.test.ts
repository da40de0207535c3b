import { describe, expect, it } from 'vitest';
import { describeProgress, Progress } from './progress.ts';

describe('progress', () => {
  it('tells rate and time left', () => {
    expect(describeProgress(1200, 4000, 3000, 'messages')).toBe('1,200 of 4,000 messages (30%), 400/s, 7 s left');
    expect(describeProgress(10, 100_000, 1000, 'rows')).toBe('10 of 100,000 rows (0%), 10/s, 2 h 46 min left');
    expect(describeProgress(0, 0, 0, 'rows')).toBe('0 of 0 rows (100%)');
  });

  it('is a line every five seconds where there is no terminal, and always says when it is done', () => {
    const lines: string[] = [];
    let now = 0;
    const progress = new Progress({ write: (text) => lines.push(text) }, 'rows', () => now);
    for (let done = 0; done <= 100; done++) {
      now = done * 100;
      progress.update(done, 100);
    }
    progress.end();
    expect(lines).toEqual([
      '0 of 100 rows (0%)\n',
      '50 of 100 rows (50%), 10/s, 5 s left\n',
      '100 of 100 rows (100%), 10/s\n',
    ]);
  });

  it('is a bar on a terminal, ended by a new line', () => {
    const writes: string[] = [];
    const progress = new Progress({ isTTY: true, write: (text) => writes.push(text) }, 'rows', () => 0);
    progress.update(50, 100);
    progress.update(100, 100);
    progress.end();
    expect(writes).toHaveLength(3);
    expect(writes[0]).toContain(`[${'#'.repeat(12)}${'.'.repeat(12)}]`);
    expect(writes[2]).toBe('\n');
  });
});
