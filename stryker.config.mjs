/**
 * Mutation testing of the ledger by the tests that need no database: `npx stryker run`, one file with
 * `--mutate src/loyalty/ledger/lots.ts`. What talks to a database is mutated by
 * `npx stryker run tests/mutation/database.stryker.config.mjs`. docs/mutations.md says what they found.
 */

/** Files that only a database can test: they ask it themselves. */
export const WITH_DATABASE = [
  'audit',
  'audit-claims',
  'audit-deliveries',
  'audit-join',
  'audit-nightly',
  'audit-round',
  'changed-accounts',
  'mongo-store',
  'restoring',
].map((name) => `src/loyalty/ledger/${name}.ts`);

export default {
  mutate: [
    'src/loyalty/ledger/*.ts',
    '!src/loyalty/ledger/*.test.ts',
    // What the module shows: one line per call.
    '!src/loyalty/ledger/index.ts',
    // Nothing but a schema.
    '!src/loyalty/ledger/audit-round.model.ts',
    ...WITH_DATABASE.map((file) => `!${file}`),
  ],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner', './tests/mutation/ignored.mjs'],
  // With the tests that reach a mutant known by name, no graph of imports is needed.
  vitest: { configFile: 'tests/mutation/vitest.config.ts', related: false },
  ignorers: ['schemas', 'texts'],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 6_000,
  timeoutFactor: 4,
  incremental: true,
  incrementalFile: '.data/mutants/incremental.json',
  tempDirName: '.stryker-tmp',
  cleanTempDir: 'always',
  // A second root configuration of Biome would stop the first.
  ignorePatterns: ['docs', 'bench', 'coverage', 'dist', 'docker', '.data', '.ci', 'biome.json'],
  reporters: ['clear-text', 'progress', 'json', 'html'],
  jsonReporter: { fileName: '.data/mutants/report.json' },
  htmlReporter: { fileName: '.data/mutants/report.html' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
};
