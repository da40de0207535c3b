import { defineConfig } from 'vitest/config';

/** What is waited for may take its time on a busy machine; a wait that is over early costs nothing. */
const patient = { poll: { timeout: 15_000 } };

/** One more than the two cores of the smallest machine: a test waits for others more than it computes. */
const WORKERS = 3;

/** They measure time: a neighbour on the other core would be measured too. */
const timed = [
  'tests/storage/s3-outage.test.ts',
  'tests/storage/supabase-storage.test.ts',
  'tests/browser/phone.test.ts',
  'tests/browser/speed.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // One part after the other: they share two cores, and each measures time.
          sequence: { groupOrder: 0 },
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
          environment: 'node',
          expect: patient,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          globalSetup: 'tests/support/database-setup.ts',
          include: ['tests/integration/**/*.test.ts'],
          environment: 'node',
          expect: patient,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: 'storage',
          sequence: { groupOrder: 2 },
          globalSetup: 'tests/support/database-setup.ts',
          include: ['tests/storage/**/*.test.ts'],
          exclude: timed,
          environment: 'node',
          expect: patient,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: 'ops',
          sequence: { groupOrder: 3 },
          globalSetup: 'tests/support/database-setup.ts',
          include: ['tests/ops/**/*.test.ts'],
          environment: 'node',
          expect: patient,
          testTimeout: 120_000,
          hookTimeout: 300_000,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: 'browser',
          sequence: { groupOrder: 4 },
          globalSetup: 'tests/support/database-setup.ts',
          include: ['tests/browser/**/*.test.ts'],
          exclude: timed,
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 240_000,
          maxWorkers: WORKERS,
          // A browser takes longer than the usual second.
          expect: { poll: { timeout: 30_000, interval: 100 } },
        },
      },
      {
        test: {
          name: 'timed',
          sequence: { groupOrder: 5 },
          globalSetup: 'tests/support/database-setup.ts',
          include: timed,
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          expect: { poll: { timeout: 30_000, interval: 100 } },
        },
      },
    ],
  },
});
