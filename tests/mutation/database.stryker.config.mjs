import without, { WITH_DATABASE } from '../../stryker.config.mjs';

/** The same for the files that ask the database themselves, with one server for all mutants. */
export default {
  ...without,
  mutate: WITH_DATABASE,
  vitest: { ...without.vitest, configFile: 'tests/mutation/database.vitest.config.ts' },
  timeoutMS: 30_000,
  incrementalFile: '.data/mutants/incremental-database.json',
  jsonReporter: { fileName: '.data/mutants/report-database.json' },
  htmlReporter: { fileName: '.data/mutants/report-database.html' },
};
