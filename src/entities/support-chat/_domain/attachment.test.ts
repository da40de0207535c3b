import { describe, expect, it } from 'vitest';
import { isLinkable, linkRefusal, mayBecome } from './attachment.ts';

const request = { dialogId: 'd', createdByUserId: 'me' };
const staged = { id: 'a', status: 'UPLOADED', messageId: null, createdByUserId: 'me', dialogId: 'd' } as const;

describe('an attachment', () => {
  it('never comes back from being deleted, nor from a message to staging', () => {
    expect(mayBecome('UPLOADED', 'LINKED')).toBe(true);
    expect(mayBecome('UPLOADED', 'DELETING')).toBe(true);
    expect(mayBecome('LINKED', 'DELETING')).toBe(true);
    for (const to of ['UPLOADED', 'LINKED'] as const) expect(mayBecome('DELETING', to)).toBe(false);
    expect(mayBecome('LINKED', 'UPLOADED')).toBe(false);
    expect(mayBecome('LINKED', 'LINKED')).toBe(false);
  });

  it.each([
    ['staged, own, of this conversation', {}, true],
    ['linked', { status: 'LINKED' as const, messageId: 'm' }, false],
    ['with a message though staged', { messageId: 'm' }, false],
    ['being deleted', { status: 'DELETING' as const }, false],
    ["another's", { createdByUserId: 'you' }, false],
    ['of another conversation', { dialogId: 'e' }, false],
  ])('%s may be linked: %s', (_, change, expected) => {
    expect(isLinkable({ ...staged, ...change }, request)).toBe(expected);
  });

  it('is called linked only to whom it belongs', () => {
    const refusal = (change: object) =>
      linkRefusal([{ ...staged, ...change }], { ...request, attachmentIds: ['a'] }).code;
    expect(refusal({ status: 'LINKED' })).toBe('CONFLICT');
    expect(refusal({ status: 'LINKED', createdByUserId: 'you' })).toBe('NOT_FOUND');
    expect(refusal({ createdByUserId: 'you' })).toBe('NOT_FOUND');
    expect(refusal({ status: 'DELETING' })).toBe('NOT_FOUND');
    expect(linkRefusal([], { ...request, attachmentIds: ['a'] }).code).toBe('NOT_FOUND');
  });
});
