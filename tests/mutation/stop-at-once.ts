import { TestRunner } from 'vitest';

type Cancelled = Parameters<TestRunner['cancel']>[0];
type Source = Parameters<TestRunner['importFile']>[1];

/** Loads no further test file once a test has failed: a mutant that is dead needs no other. */
export default class StopAtOnce extends TestRunner {
  #isOver = false;

  override cancel(reason: Cancelled): void {
    this.#isOver = true;
    super.cancel(reason);
  }

  override importFile(path: string, source: Source): unknown {
    return this.#isOver ? undefined : super.importFile(path, source);
  }
}
