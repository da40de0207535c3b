import { describe, expect, it } from 'vitest';
import { mayChangeMessage, nextMessageTime, senderIdOf } from './message.ts';

const message = { senderType: 'USER', senderUserId: 'u', senderStaffId: null } as const;

describe('a message', () => {
  it('belongs to whoever wrote it, and a message of the system to nobody', () => {
    expect(senderIdOf(message)).toBe('u');
    expect(senderIdOf({ senderType: 'STAFF', senderUserId: null, senderStaffId: 's' })).toBe('s');
    expect(senderIdOf({ senderType: 'SYSTEM', senderUserId: 'u', senderStaffId: 's' })).toBeNull();
    expect(mayChangeMessage({ userId: 'u' }, message)).toBe(true);
    expect(mayChangeMessage({ userId: 's' }, message)).toBe(false);
    expect(mayChangeMessage({ userId: 'u' }, { ...message, senderType: 'STAFF' })).toBe(false);
  });

  it('is written after the one before it, whatever the clock says', () => {
    const now = new Date(1000);
    expect(nextMessageTime(now, null)).toEqual(now);
    expect(nextMessageTime(now, new Date(999))).toEqual(now);
    expect(nextMessageTime(now, new Date(1000))).toEqual(new Date(1001));
    expect(nextMessageTime(now, new Date(5000))).toEqual(new Date(5001));
  });
});
