import type { Prisma } from '#generated/prisma/client.ts';

/** A client or the client of a running transaction: repositories do not care which. */
export type Database = Prisma.TransactionClient;
