import { type ParseArgsConfig, parseArgs } from 'node:util';

interface FlagBase {
  /** One line of the `--help`. */
  help: string;
}

export interface BooleanFlag extends FlagBase {
  type: 'boolean';
}

export interface NumberFlag extends FlagBase {
  type: 'number';
  min: number;
  max?: number;
}

export interface TextFlag extends FlagBase {
  type: 'text';
  oneOf?: readonly string[];
}

export type FlagSpecs = Record<string, BooleanFlag | NumberFlag | TextFlag>;

/** Values of the flags; false or undefined where a flag is absent. */
export type FlagValues<Specs extends FlagSpecs> = {
  [Name in keyof Specs]: Specs[Name] extends BooleanFlag
    ? boolean
    : Specs[Name] extends NumberFlag
      ? number | undefined
      : string | undefined;
};

/** Bad arguments or settings: the command exits with 2 and says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError naming the flag that is unknown, lacks a value or has an invalid one */
export function parseFlags<Specs extends FlagSpecs>(specs: Specs, args: readonly string[]): FlagValues<Specs> {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, spec] of Object.entries(specs))
    options[name] = { type: spec.type === 'boolean' ? 'boolean' : 'string' };
  let given: Record<string, unknown>;
  try {
    given = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const values: Record<string, boolean | number | string | undefined> = {};
  for (const [name, spec] of Object.entries(specs)) values[name] = readFlag(name, spec, given[name]);
  return values as FlagValues<Specs>;
}

/** The lines of `--help` that list the flags. */
export function describeFlags(specs: FlagSpecs): string {
  const named = Object.entries(specs).map(([name, spec]) => {
    const value = { boolean: '', number: ' N', text: ` ${(spec.type === 'text' && spec.oneOf?.join('|')) || 'TEXT'}` };
    return { left: `  --${name}${value[spec.type]}`, help: spec.help };
  });
  const all = [...named, { left: '  --help', help: 'show this' }];
  const width = Math.max(...all.map(({ left }) => left.length)) + 2;
  return all.map(({ left, help }) => left.padEnd(width) + help).join('\n');
}

function readFlag(name: string, spec: FlagSpecs[string], value: unknown): boolean | number | string | undefined {
  if (spec.type === 'boolean') return value === true;
  if (typeof value !== 'string') return undefined;
  if (spec.type === 'number') return readNumber(name, spec, value);
  if (spec.oneOf && !spec.oneOf.includes(value))
    throw new UsageError(`--${name} must be one of ${spec.oneOf.join(', ')}`);
  if (value === '') throw new UsageError(`--${name} must not be empty`);
  return value;
}

function readNumber(name: string, spec: NumberFlag, value: string): number {
  const number = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
  const max = spec.max ?? 1_000_000_000;
  if (!(number >= spec.min && number <= max)) {
    throw new UsageError(`--${name} must be a whole number from ${spec.min} to ${max}`);
  }
  return number;
}
