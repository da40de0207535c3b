import { describe, expect, it } from 'vitest';
import { createDrafts, type DraftStorage } from './drafts.ts';

function memoryStorage() {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

function open(currentUserId: string, storage: DraftStorage) {
  const drafts = createDrafts(currentUserId);
  drafts.load(storage);
  return drafts;
}

describe('drafts', () => {
  it('survive a reload, each dialog its own', () => {
    const storage = memoryStorage();
    const drafts = open('anna', storage);
    drafts.change('d1', (draft) => ({ ...draft, text: 'hello' }));
    drafts.change('d2', (draft) => ({ ...draft, uploadIds: ['u'] }));
    expect(open('anna', storage).store.get()).toEqual({
      d1: { text: 'hello', uploadIds: [] },
      d2: { text: '', uploadIds: ['u'] },
    });
  });

  it('are not shown to another person on the same computer', () => {
    const storage = memoryStorage();
    open('anna', storage).change('d1', (draft) => ({ ...draft, text: 'secret' }));
    expect(open('boris', storage).store.get()).toEqual({});
  });

  it('leave nothing behind once sent', () => {
    const storage = memoryStorage();
    const drafts = open('anna', storage);
    drafts.change('d1', (draft) => ({ ...draft, text: 'hello' }));
    drafts.clear('d1');
    expect(storage.values.size).toBe(0);
  });

  it('lose only the files the browser could not bring back', () => {
    const drafts = open('anna', memoryStorage());
    drafts.change('d1', () => ({ text: 'hello', uploadIds: ['kept', 'lost'] }));
    drafts.change('d2', () => ({ text: '', uploadIds: ['lost'] }));
    drafts.keepOnlyUploads(new Set(['kept']));
    expect(drafts.store.get()).toEqual({ d1: { text: 'hello', uploadIds: ['kept'] } });
  });

  it('join what was written before they were read, and keep both', () => {
    const storage = memoryStorage();
    open('anna', storage).change('d1', () => ({ text: 'yesterday', uploadIds: ['old'] }));
    const drafts = createDrafts('anna');
    drafts.change('d1', () => ({ text: 'today', uploadIds: ['new'] }));
    drafts.load(storage);
    const both = { d1: { text: 'yesterday\ntoday', uploadIds: ['old', 'new'] } };
    expect(drafts.store.get()).toEqual(both);
    expect(open('anna', storage).store.get()).toEqual(both);
  });

  it('do not say twice what a browser filled in again', () => {
    const storage = memoryStorage();
    open('anna', storage).change('d1', (draft) => ({ ...draft, text: 'hello' }));
    const drafts = createDrafts('anna');
    drafts.change('d1', (draft) => ({ ...draft, text: 'hello' }));
    drafts.load(storage);
    expect(drafts.store.get()).toEqual({ d1: { text: 'hello', uploadIds: [] } });
  });

  it('start empty on a storage somebody filled with rubbish', () => {
    const storage = memoryStorage();
    storage.setItem('attache-drafts:anna', '[1, {"text": 5}');
    expect(open('anna', storage).store.get()).toEqual({});
  });
});
