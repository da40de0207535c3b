import { expect, test } from 'vitest';
import { ObjectCache } from './object-cache.ts';

test('the least recently read object leaves first when the cache is full', () => {
  const cache = new ObjectCache({ maxBytes: 100, maxObjectBytes: 50 });
  cache.put('a', Buffer.alloc(40));
  cache.put('b', Buffer.alloc(40));
  cache.get('a');
  cache.put('c', Buffer.alloc(40));
  expect([cache.get('a'), cache.get('b'), cache.get('c')].map((found) => found?.length ?? null)).toEqual([
    40,
    null,
    40,
  ]);
  expect(cache.bytes).toBe(80);
});

test('an object over the limit is not kept', () => {
  const cache = new ObjectCache({ maxBytes: 100, maxObjectBytes: 50 });
  cache.put('big', Buffer.alloc(51));
  expect(cache.get('big')).toBeNull();
  expect(cache.bytes).toBe(0);
});

test('putting the same path again counts its bytes once', () => {
  const cache = new ObjectCache({ maxBytes: 100, maxObjectBytes: 50 });
  cache.put('a', Buffer.alloc(30));
  cache.put('a', Buffer.alloc(20));
  expect(cache.bytes).toBe(20);
});
