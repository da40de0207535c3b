import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { bodyUntil } from './body-until.ts';

const never = new AbortController().signal;

describe('the bytes of a request', () => {
  it('are all of them when it comes whole', async () => {
    const request = new PassThrough();
    request.end('abcd');
    expect(await text(bodyUntil(request, never))).toBe('abcd');
  });

  it('are what came until it was cut off', async () => {
    const request = new PassThrough();
    request.on('error', () => {});
    request.write('abcd');
    const read = text(bodyUntil(request, never));
    setTimeout(() => request.destroy(new Error('gone')), 30);
    expect(await read).toBe('abcd');
  });

  it('are none when it was cut off before', async () => {
    const request = new PassThrough();
    request.destroy();
    expect(await text(bodyUntil(request, never))).toBe('');
  });

  it('end when the signal fires, also while the sender keeps silent, with what came until then', async () => {
    const request = new PassThrough();
    const wanted = new AbortController();
    request.write('ab');
    const read = text(bodyUntil(request, wanted.signal));
    setTimeout(() => wanted.abort(), 30);
    expect(await read).toBe('ab');
    expect(request.destroyed).toBe(false);
    expect(await text(bodyUntil(request, wanted.signal))).toBe('');
  });

  it('leave no listener behind', async () => {
    const request = new PassThrough();
    const before = request.listenerCount('close');
    request.end('abcd');
    await text(bodyUntil(request, never));
    expect(request.listenerCount('close')).toBe(before);
  });
});
