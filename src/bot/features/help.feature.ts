import type { Feature } from '../feature.ts';
import { commandOf } from '../understand/index.ts';

const WORDS_PER_ROW = 6;
const UNLISTED = ['help', 'cancel'];

/** 帮助: the first word of every feature, in the order of the list. */
export function helpFeature(others: readonly Feature[]): Feature {
  const listed = others
    .filter(({ intent }) => !UNLISTED.includes(intent))
    .map(({ intent }) => commandOf(intent).words[0]);
  const rows: string[] = [];
  for (let from = 0; from < listed.length; from += WORDS_PER_ROW) {
    rows.push(listed.slice(from, from + WORDS_PER_ROW).join(' · '));
  }
  const words = rows.join('\n');
  return { intent: 'help', reply: async ({ say }) => say('help.menu', { words }) };
}
