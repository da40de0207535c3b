import type { ReadStream } from 'node:tty';

const ENTER = ['\r', '\n', '\u0004'];
const BACKSPACE = ['\u007f', '\b'];
const CTRL_C = '\u0003';

type Terminal = Pick<ReadStream, 'setRawMode' | 'setEncoding' | 'on' | 'off' | 'resume' | 'pause'> & {
  isTTY?: boolean;
};
type PasswordInput = (Terminal & { isTTY: true }) | (AsyncIterable<Buffer | string> & { isTTY?: false | undefined });

/**
 * On a terminal, prompts twice without echo; otherwise reads the first line of standard input.
 * @throws when the two differ, or Ctrl-C is pressed
 */
export async function readPassword(input: PasswordInput, write: (text: string) => unknown): Promise<string> {
  if (!input.isTTY) return readFirstLine(input);
  const first = await askHidden(input, write, 'Password: ');
  const second = await askHidden(input, write, 'Once more: ');
  if (first !== second) throw new Error('the two passwords differ');
  return first;
}

async function readFirstLine(input: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n/, 1)[0] ?? '';
}

function askHidden(terminal: Terminal, write: (text: string) => unknown, question: string): Promise<string> {
  write(question);
  terminal.setRawMode(true);
  terminal.setEncoding('utf8');
  terminal.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (settle: () => void) => {
      terminal.off('data', onData);
      terminal.setRawMode(false);
      terminal.pause();
      write('\n');
      settle();
    };
    const onData = (chunk: Buffer | string) => {
      // A pasted password arrives as one chunk, including its Enter.
      for (const key of String(chunk)) {
        if (key === CTRL_C) return finish(() => reject(new Error('given up')));
        if (ENTER.includes(key)) return finish(() => resolve(typed));
        typed = BACKSPACE.includes(key) ? [...typed].slice(0, -1).join('') : typed + key;
      }
    };
    terminal.on('data', onData);
  });
}
