import { describe, expect, it } from 'vitest';
import { changeDraft, type Drafts, joinDrafts, keepOnlyUploads, readDrafts, writeDrafts } from './drafts.ts';

function memoryStorage() {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

const drafts: Drafts = { d1: { text: 'hello', uploadIds: [] }, d2: { text: '', uploadIds: ['u'] } };

describe('drafts', () => {
  it('survive a reload, each conversation its own, and are not shown to another person on the same computer', () => {
    const storage = memoryStorage();
    writeDrafts(storage, 'anna', drafts);
    expect(readDrafts(storage, 'anna')).toEqual(drafts);
    expect(readDrafts(storage, 'boris')).toEqual({});
  });

  it('leave nothing behind once they are empty', () => {
    const storage = memoryStorage();
    writeDrafts(storage, 'anna', drafts);
    writeDrafts(
      storage,
      'anna',
      changeDraft({}, 'd1', (draft) => ({ ...draft, text: '' })),
    );
    expect(storage.values.size).toBe(0);
  });

  it('lose only the files the browser could not bring back', () => {
    const lost: Drafts = { d1: { text: 'hello', uploadIds: ['kept', 'lost'] }, d2: { text: '', uploadIds: ['lost'] } };
    expect(keepOnlyUploads(lost, (id) => id === 'kept')).toEqual({ d1: { text: 'hello', uploadIds: ['kept'] } });
  });

  it('join what was written before they were read, without saying twice what a browser filled in again', () => {
    const kept: Drafts = { d1: { text: 'yesterday', uploadIds: ['old'] }, d2: { text: 'same', uploadIds: [] } };
    const early: Drafts = { d1: { text: 'today', uploadIds: ['new'] }, d2: { text: 'same', uploadIds: [] } };
    expect(joinDrafts(kept, early)).toEqual({
      d1: { text: 'yesterday\ntoday', uploadIds: ['old', 'new'] },
      d2: { text: 'same', uploadIds: [] },
    });
  });

  it('start empty on a storage somebody filled with rubbish', () => {
    const storage = memoryStorage();
    storage.setItem('attache-drafts:anna', '[1, {"text": 5}');
    expect(readDrafts(storage, 'anna')).toEqual({});
  });
});
