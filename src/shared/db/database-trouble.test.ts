import { describe, expect, it } from 'vitest';
import { classifyDatabaseError } from './database-trouble.ts';

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('trouble of the database', () => {
  it.each([
    ['57P01', 'unreachable'],
    ['57P03', 'unreachable'],
    ['08006', 'unreachable'],
    ['57014', 'timeout'],
    ['55P03', 'timeout'],
    ['53300', 'too-many-connections'],
    ['53100', 'out-of-resources'],
    ['58030', 'out-of-resources'],
    ['25006', 'read-only'],
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['EAI_AGAIN', 'unreachable'],
    ['EPIPE', 'unreachable'],
    ['EMFILE', 'out-of-descriptors'],
    ['P1001', 'unreachable'],
    ['P2024', 'timeout'],
    ['P2037', 'too-many-connections'],
  ])('%s is %s', (code, trouble) => expect(classifyDatabaseError(withCode(code))).toBe(trouble));

  it.each([
    ['Connection terminated unexpectedly', 'unreachable'],
    ['timeout exceeded when trying to connect', 'timeout'],
    ['Query read timeout', 'timeout'],
    ['no more connections allowed (max_client_conn)', 'too-many-connections'],
  ])('is known by the words of the driver: %s', (message, trouble) =>
    expect(classifyDatabaseError(new Error(message))).toBe(trouble),
  );

  it("is found inside Prisma's errors, causes and lists of failed addresses", () => {
    const driver = { name: 'DriverAdapterError', cause: { kind: 'postgres', originalCode: '25006', code: '25006' } };
    expect(classifyDatabaseError({ code: 'P2010', message: 'raw', meta: { driverAdapterError: driver } })).toBe(
      'read-only',
    );
    expect(classifyDatabaseError(new Error('x', { cause: withCode('53300') }))).toBe('too-many-connections');
    expect(classifyDatabaseError(new AggregateError([withCode('ECONNREFUSED')]))).toBe('unreachable');
  });

  it('is not what the storage failed with', () => {
    const error = Object.assign(new Error('down', { cause: withCode('ECONNREFUSED') }), {
      name: 'StorageUnavailableError',
    });
    expect(classifyDatabaseError(error)).toBeNull();
  });

  it.each([
    withCode('23505'),
    withCode('42P01'),
    withCode('22P02'),
    new TypeError('Connection is not defined'),
    null,
    'x',
  ])('is not a fault of ours: %s', (error) => expect(classifyDatabaseError(error)).toBeNull());
});
