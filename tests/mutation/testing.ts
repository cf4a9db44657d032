import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

export const LEDGER = 'src/loyalty/ledger';
const FEW_RUNS = beside('few-runs.ts');

type Which = Pick<NonNullable<ViteUserConfig['test']>, 'include' | 'globalSetup' | 'testTimeout'>;

/** Always the same order: backwards by name, so that the long ones of books and audits come last. */
class Backwards extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => b.moduleId.localeCompare(a.moduleId));
  }
}

/** How tests run that are run once per mutant: in one worker, and not on when one has failed. */
export function testing(which: Which): ViteUserConfig {
  return {
    plugins: [
      {
        name: 'few-runs',
        enforce: 'pre',
        resolveId: (id, importer) =>
          id === 'fast-check' && !importer?.endsWith('few-runs.ts') ? FEW_RUNS : null,
      },
    ],
    test: {
      ...which,
      isolate: false,
      sequence: { sequencer: Backwards },
      runner: beside('stop-at-once.ts'),
      hookTimeout: 60_000,
    },
  };
}

/** The test files of the ledger that ask for no database. */
export function testsWithoutDatabase(): string[] {
  const tests = readdirSync(LEDGER).filter((name) => name.endsWith('.test.ts'));
  const files = tests.map((name) => join(LEDGER, name));
  return files.filter((file) => !readFileSync(file, 'utf8').includes('useDatabase('));
}

function beside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
