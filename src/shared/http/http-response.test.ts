import { describe, expect, test } from 'vitest';
import {
  errorResponse,
  jsonResponse,
  NOT_FOUND_RESPONSE,
  STATUS_OF_ERROR,
  UNAUTHORIZED_RESPONSE,
} from './http-response.ts';

describe('an error response', () => {
  test('has the status that the contract gives its code', () => {
    expect(STATUS_OF_ERROR).toMatchObject({
      ATTACHMENT_TOO_LARGE: 413,
      ATTACHMENT_TYPE_NOT_ALLOWED: 415,
      INVALID_UPLOAD: 400,
      UNAUTHORIZED: 401,
      ORIGIN_NOT_ALLOWED: 403,
      NOT_FOUND: 404,
      RATE_LIMITED: 429,
      STORAGE_UNAVAILABLE: 503,
    });
    expect(errorResponse('ATTACHMENT_TOO_LARGE').status).toBe(413);
  });

  test('is { error: { code, message } } with its exact length, and is never cached', () => {
    const answer = errorResponse('INVALID_UPLOAD', { message: 'Поле «файл» отсутствует' });
    expect(JSON.parse(answer.body)).toEqual({ error: { code: 'INVALID_UPLOAD', message: 'Поле «файл» отсутствует' } });
    expect(answer.headers).toMatchObject({
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(answer.body)),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
  });

  test('that may be retried has Retry-After in whole seconds', () => {
    expect(errorResponse('RATE_LIMITED', { retryAfterSeconds: 0.2 }).headers['Retry-After']).toBe('1');
    expect(errorResponse('STORAGE_UNAVAILABLE', { retryAfterSeconds: 4.1 }).headers['Retry-After']).toBe('5');
    expect(errorResponse('NOT_FOUND').headers).not.toHaveProperty('Retry-After');
  });

  test('carries further headers beside its own', () => {
    const { headers } = errorResponse('RATE_LIMITED', {
      headers: { RateLimit: '"downloads";r=0;t=9' },
      retryAfterSeconds: 9,
    });
    expect(headers).toMatchObject({
      RateLimit: '"downloads";r=0;t=9',
      'Retry-After': '9',
      'Cache-Control': 'no-store',
    });
  });

  test('that hides a file is one frozen response, no-store and nosniff', () => {
    expect(NOT_FOUND_RESPONSE).toEqual(errorResponse('NOT_FOUND'));
    expect(NOT_FOUND_RESPONSE.headers).toMatchObject({
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    expect(Object.isFrozen(NOT_FOUND_RESPONSE) && Object.isFrozen(NOT_FOUND_RESPONSE.headers)).toBe(true);
    expect(Object.isFrozen(UNAUTHORIZED_RESPONSE) && Object.isFrozen(UNAUTHORIZED_RESPONSE.headers)).toBe(true);
  });

  test('is built like any small JSON answer', () => {
    expect(jsonResponse(201, { a: 1 })).toMatchObject({
      status: 201,
      body: '{"a":1}',
      headers: { 'Content-Length': '7' },
    });
  });
});
