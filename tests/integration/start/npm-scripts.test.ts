import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

describe('an npm script that runs a program', () => {
  it('gives it the place of the shell, which would keep signals from it', async () => {
    const { scripts } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
    const programs = Object.entries<string>(scripts).filter(([, line]) => /\bnode\b/.test(line));
    expect(programs.length).toBeGreaterThan(10);
    for (const [name, line] of programs) expect(line, name).toMatch(/(^|&& )exec [^&]*$/);
  });
});
