import { expect, test } from 'vitest';
import { localKeyValue } from '../../platform/local-key-value.ts';
import { oauthStates } from './oauth-states.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
let now = new Date('2026-01-31T08:00:00Z');
const states = oauthStates(localKeyValue({ file: null, clock: () => now, log }));

test('a state is good once, for the session that began', async () => {
  const state = await states.stateFor('ann');
  expect(state).toMatch(/^[A-Za-z0-9]{1,128}$/);
  expect(await states.take('ben', state)).toBe(false);
  const both = await Promise.all([states.take('ann', state), states.take('ann', state)]);
  expect(both.toSorted()).toEqual([false, true]);
  expect(await states.take('ann', state)).toBe(false);
});

test.each(['', 'x', '0'.repeat(32), `${'0'.repeat(32)}:taken`])(
  '%j is nobody’s state',
  async (state) => {
    expect(await states.take('ann', state)).toBe(false);
  },
);

test('a state is over after 15 minutes', async () => {
  const state = await states.stateFor('ann');
  now = new Date(now.getTime() + 15 * 60_000);
  expect(await states.take('ann', state)).toBe(false);
});
