import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sources } from '../support/tree.ts';

const runbook = readFileSync('docs/runbook.md', 'utf8');
const headings = runbook.split('\n').filter((line) => line.startsWith('#'));

/** What the source says in a call or a field, each of them once. */
function said(form: RegExp, where: RegExp): readonly string[] {
  const found = sources()
    .filter(({ path }) => where.test(path))
    .flatMap(({ text }) => Array.from(text.matchAll(form), ([, name = '']) => name));
  return [...new Set(found)].toSorted();
}

test('every job has a heading of its own, and no heading a job that is gone', () => {
  const jobs = said(/\bname: '([a-z-]+)',\s*cron:/g, /^src\/jobs\/schedule\.ts$/);
  expect(jobs.length).toBeGreaterThan(2);
  const told = headings.flatMap((line) => /^### `([a-z-]+)`, every /.exec(line)?.[1] ?? []);
  expect(told.toSorted()).toEqual(jobs);
});

test('every metric of ours is explained', () => {
  const metrics = said(/\bname: '(jifenwu_[a-z_]+)'/g, /./);
  expect(metrics.length).toBeGreaterThan(2);
  expect(metrics.filter((name) => !runbook.includes(`\`${name}\``))).toEqual([]);
});

test('every law that the audit may name is explained', () => {
  const laws = said(/(?:find(?:Here)?\(|code: )'(L\d+)'/g, /^src\/loyalty\/ledger\/audit/);
  expect(laws.length).toBeGreaterThan(8);
  expect(laws.filter((law) => !runbook.includes(`\n| ${law} |`))).toEqual([]);
});

test('a code that a follower can read out is found by the words that the log has for it', () => {
  const phrases = said(/supportCode[^)]*\}, '([a-z ]+)'\)/g, /^src\/bot\//);
  expect(phrases.length).toBeGreaterThan(1);
  expect(phrases.filter((phrase) => !runbook.includes(`\`${phrase}\``))).toEqual([]);
});
