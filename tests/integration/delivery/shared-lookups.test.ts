import { randomUUID } from 'node:crypto';
import type { QueryConfig } from 'pg';
import { expect, it } from 'vitest';
import { toRecordId } from '#entities/support-chat/_domain/record-id.ts';
import { DeliverableFinder } from '#features/support-chat/_repositories/find-deliverable.ts';
import { useDatabase } from '#tests/support/test-database.ts';

const database = useDatabase();

/** A real pool whose first statement is held until released, as by a database that has fallen silent. */
function holdFirst() {
  const gate = Promise.withResolvers<void>();
  const asked: number[] = [];
  const held = new Proxy(database.pool, {
    get(target, name) {
      if (name !== 'query') return Reflect.get(target, name);
      return async (statement: QueryConfig<string[][]>) => {
        asked.push(statement.values?.[0]?.length ?? 0);
        if (asked.length === 1) await gate.promise;
        return target.query(statement);
      };
    },
  });
  return { finder: new DeliverableFinder(held, 'table'), asked, release: gate.resolve };
}

const question = () => ({
  sessionToken: 'nobody',
  dialogId: toRecordId(randomUUID()),
  attachmentId: toRecordId(randomUUID()),
  variant: 'original' as const,
});
const nobody = { userId: null, file: null };

it('requests that come together travel in one statement', async () => {
  const { finder, asked, release } = holdFirst();
  const answers = Promise.all([question(), question(), question()].map((key) => finder.find(key)));
  release();
  expect(await answers).toEqual([nobody, nobody, nobody]);
  expect(asked).toEqual([3]);
});

it('a request does not wait for a statement that hangs', async () => {
  const { finder, asked, release } = holdFirst();
  const hanging = finder.find(question());
  await expect.poll(() => asked).toEqual([1]);
  expect(await finder.find(question())).toEqual(nobody);
  expect(asked).toEqual([1, 1]);
  release();
  expect(await hanging).toEqual(nobody);
});
