import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readPassword } from './read-password.ts';

class FakeTerminal extends EventEmitter {
  readonly isTTY = true as const;
  readonly modes: boolean[] = [];
  setRawMode(mode: boolean) {
    this.modes.push(mode);
    return this as never;
  }
  setEncoding() {
    return this as never;
  }
  resume() {
    return this as never;
  }
  pause() {
    return this as never;
  }
}

/** Types each entry after its question was asked. */
function typing(...entries: string[]) {
  const terminal = new FakeTerminal();
  const shown: string[] = [];
  const answer = readPassword(terminal as never, (text) => {
    shown.push(text);
    if (text.endsWith(': ')) queueMicrotask(() => setImmediate(() => terminal.emit('data', entries.shift() ?? '')));
  });
  return { answer, shown, terminal };
}

describe('the password of admin:create', () => {
  it('is the first line of what is piped in', async () => {
    expect(await readPassword(Readable.from([Buffer.from('sec'), Buffer.from('ret word\nmore\n')]), () => 0)).toBe(
      'secret word',
    );
  });

  it('is asked for twice on a terminal and never shown', async () => {
    const { answer, shown, terminal } = typing('pass-wörd\r', 'other-wörd\r');
    await expect(answer).rejects.toThrow('differ');
    expect(shown.join('')).not.toContain('wörd');
    expect(terminal.modes).toEqual([true, false, true, false]);
  });

  it('knows backspace', async () => {
    const { answer } = typing('ab\u007fc\r', 'ac\r');
    expect(await answer).toBe('ac');
  });

  it('can be given up with Ctrl-C, and the terminal echoes again', async () => {
    const { answer, terminal } = typing('ab\u0003');
    await expect(answer).rejects.toThrow('given up');
    expect(terminal.modes.at(-1)).toBe(false);
  });
});
