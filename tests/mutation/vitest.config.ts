import { defineConfig } from 'vitest/config';
import { testing, testsWithoutDatabase } from './testing.ts';

/** The tests of the ledger that need no database: all of them take some seconds. */
export default defineConfig(testing({ include: testsWithoutDatabase(), testTimeout: 3000 }));
