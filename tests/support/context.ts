import { type Context, contextAt } from '../../src/kernel/context.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The context of one unit of work at an instant (ISO 8601 with an offset); everything else is quiet. */
export function at(instant: string, more: Partial<Context> = {}): Context {
  return contextAt({
    now: new Date(instant),
    actor: { type: 'system', id: 'test' },
    cause: `test:${instant}`,
    log: silent,
    ...more,
  });
}
