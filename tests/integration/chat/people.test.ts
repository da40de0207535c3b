import { describe, expect, it } from 'vitest';
import { type PersonName, people } from '#tests/support/people.ts';
import { actorOf, refusal, useChat } from './chat-harness.ts';

describe('people', () => {
  const chat = useChat();
  const find = async (name: PersonName) => {
    const { items } = await chat().as('admin').people.list({ query: people[name].email });
    return items[0];
  };

  it('are listed for admins alone, in pages, and found by name or address', async () => {
    for (const name of ['anna', 'sofia', 'nikita'] as const) {
      expect(await refusal(chat().as(name).people.list({}))).toBe('FORBIDDEN');
    }
    expect(await refusal(chat().as(null).people.list({}))).toBe('UNAUTHORIZED');
    const first = await chat().as('admin').people.list({ limit: 3 });
    const second = await chat().as('admin').people.list({ limit: 3, cursor: first.nextCursor });
    const emails = [...first.items, ...second.items].map(({ email }) => email).sort();
    expect(emails).toEqual(
      Object.values(people)
        .map(({ email }) => email)
        .sort(),
    );
    expect(second.nextCursor).toBeUndefined();
    expect(await find('sofia')).toMatchObject({ name: 'Sofia', role: 'STAFF', canManageSupportChats: true });
    expect(Object.keys((await find('sofia')) ?? {}).sort()).toEqual(
      ['canManageSupportChats', 'createdAt', 'email', 'id', 'name', 'role'].sort(),
    );
  });

  it('become staff, get and lose the permission, and begin without it the next time', async () => {
    const admin = chat().as('admin').people;
    const userId = people.boris.id;
    const permit = (value: boolean) => admin.setCanManageSupportChats({ userId, value });
    expect(await refusal(permit(true))).toBe('BAD_REQUEST');
    expect(await admin.setRole({ userId, role: 'STAFF' })).toMatchObject({
      role: 'STAFF',
      canManageSupportChats: false,
    });
    expect((await permit(true)).canManageSupportChats).toBe(true);
    expect((await permit(false)).canManageSupportChats).toBe(false);
    await permit(true);
    expect(await admin.setRole({ userId, role: 'USER' })).toMatchObject({ role: 'USER', canManageSupportChats: false });
    await admin.setRole({ userId, role: 'STAFF' });
    expect((await find('boris'))?.canManageSupportChats).toBe(false);
    await admin.setRole({ userId, role: 'USER' });
  });

  it('are changed by admins alone, and nobody changes their own role', async () => {
    for (const name of ['anna', 'sofia'] as const) {
      const caller = chat().as(name).people;
      const userId = people[name].id;
      expect(await refusal(caller.setRole({ userId, role: 'ADMIN' }))).toBe('FORBIDDEN');
      expect(await refusal(caller.setCanManageSupportChats({ userId, value: true }))).toBe('FORBIDDEN');
    }
    const own = chat().as('admin').people.setRole({ userId: people.admin.id, role: 'USER' });
    expect(await refusal(own)).toBe('BAD_REQUEST');
    expect(await refusal(chat().as('admin').people.setRole({ userId: 'x', role: 'USER' }))).toBe('NOT_FOUND');
  });

  it('always have an admin, also when two admins depose each other at once', async () => {
    const other = people.nikita.id;
    for (let round = 0; round < 5; round++) {
      await chat().as('admin').people.setRole({ userId: other, role: 'ADMIN' });
      const second = { ...actorOf('nikita'), role: 'ADMIN' as const };
      const outcomes = await Promise.allSettled([
        chat().as('admin').people.setRole({ userId: other, role: 'USER' }),
        chat().as(second).people.setRole({ userId: people.admin.id, role: 'USER' }),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await chat().database.prisma.user.count({ where: { role: 'ADMIN' } })).toBe(1);
      await chat().database.prisma.user.update({ where: { id: people.admin.id }, data: { role: 'ADMIN' } });
      await chat().database.prisma.user.update({ where: { id: other }, data: { role: 'STAFF' } });
    }
  });

  it('who stop being an admin are refused at once, though their call began before', async () => {
    const former = { ...actorOf('nikita'), role: 'ADMIN' as const };
    const change = chat().as(former).people.setRole({ userId: people.anna.id, role: 'STAFF' });
    expect(await refusal(change)).toBe('FORBIDDEN');
  });
});
