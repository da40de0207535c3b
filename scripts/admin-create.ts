import process from 'node:process';
import { hashPassword } from 'better-auth/crypto';
import { PersonRepository } from '#entities/account/_repositories/person-repository.ts';
import { CreateAdminError, createAdmin } from '#features/account/_services/create-admin.ts';
import { createPrisma } from '#shared/db/prisma-client.ts';
import { UsageError } from './command/flags.ts';
import { readPassword } from './command/read-password.ts';
import { runCommand } from './command/run-command.ts';

await runCommand({
  name: 'admin:create',
  summary: `Creates an administrator, such as the first one of an installation.
The password is prompted for, or read from standard input: npm run admin:create -- --email E --name N < password.txt`,
  flags: {
    email: { type: 'text', help: 'email address to sign in with' },
    name: { type: 'text', help: 'name shown to others' },
  },
  check({ email, name }) {
    if (!email) throw new UsageError('--email is needed');
    if (!name) throw new UsageError('--name is needed');
  },
  async run({ email = '', name = '' }, { databaseUrl }) {
    const password = await readPassword(process.stdin, (text) => process.stderr.write(text));
    const prisma = createPrisma(databaseUrl, { maxConnections: 1 });
    try {
      return {
        report: await createAdmin(new PersonRepository(prisma), hashPassword, { email, name, password }),
        failed: false,
      };
    } catch (error) {
      if (error instanceof CreateAdminError) throw new UsageError(error.message);
      throw error;
    } finally {
      await prisma.$disconnect();
    }
  },
});
