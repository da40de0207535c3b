import { expect, test } from 'vitest';
import { assertDatabaseAnswers } from './assert-database-answers.ts';

test('a database that cannot be reached is named by its setting, in one line', async () => {
  await expect(assertDatabaseAnswers('postgresql://a:b@127.0.0.1:1/x', 'DATABASE_URL')).rejects.toThrow(
    /^The database does not answer \(.+\)\. Check DATABASE_URL and that PostgreSQL runs\.$/,
  );
});
