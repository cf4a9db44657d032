import { defineConfig } from 'vitest/config';
import { LEDGER, testing } from './testing.ts';

/** All tests of the ledger, on one server for all mutants. */
export default defineConfig(
  testing({
    include: [`${LEDGER}/*.test.ts`],
    globalSetup: ['tests/support/local-database.ts'],
    testTimeout: 15_000,
  }),
);
