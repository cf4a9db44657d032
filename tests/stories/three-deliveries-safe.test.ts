import { expect, test } from 'vitest';
import { walkJourney } from '../support/journey.ts';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-11-21 10:00', mode: 'safe', thrice: true });

test('the whole journey with every message delivered three times, in safe mode', async () => {
  await walkJourney(programme, 'xiaoman');
  const pushes = programme.simulator.exchanges().filter(({ direction }) => direction === 'push');
  expect(pushes.length).toBeGreaterThan(40);
  expect(pushes.every(({ problem }) => problem === null)).toBe(true);
  expect(pushes.every(({ request }) => request.includes('<Encrypt>') === true)).toBe(true);
});
