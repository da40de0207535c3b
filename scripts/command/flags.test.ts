import { describe, expect, it } from 'vitest';
import { describeFlags, parseFlags, UsageError } from './flags.ts';

const specs = {
  'dry-run': { type: 'boolean', help: 'change nothing' },
  'batch-size': { type: 'number', min: 1, max: 100, help: 'rows at a time' },
  from: { type: 'text', oneOf: ['local', 's3'], help: 'source' },
} as const;

describe('flags of a command', () => {
  it('are false or undefined when not given', () => {
    expect(parseFlags(specs, [])).toEqual({ 'dry-run': false, 'batch-size': undefined, from: undefined });
  });

  it('are read with a space or an equals sign', () => {
    expect(parseFlags(specs, ['--dry-run', '--batch-size', '5', '--from=s3'])).toEqual({
      'dry-run': true,
      'batch-size': 5,
      from: 's3',
    });
  });

  it.each([
    [['--nonsense']],
    [['extra']],
    [['--batch-size']],
    [['--batch-size', '0']],
    [['--batch-size', '101']],
    [['--batch-size', '1.5']],
    [['--batch-size', '-1']],
    [['--batch-size=']],
    [['--from', 'ftp']],
    [['--dry-run=yes']],
  ])('are refused when wrong: %j', (args) => {
    expect(() => parseFlags(specs, args)).toThrow(UsageError);
  });

  it('are all listed in the help', () => {
    const help = describeFlags(specs);
    for (const name of ['--dry-run', '--batch-size N', '--from local|s3', '--help']) expect(help).toContain(name);
  });
});
