import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { VARIABLES } from '../../src/environment.ts';
import { sources, textFiles } from '../support/tree.ts';

const pages = textFiles().filter((path) => path.endsWith('.md'));
const readme = readFileSync('README.md', 'utf8');

test('every link and picture leads to something that is there', () => {
  const links = pages.flatMap((page) => {
    const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
    return Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => ({ page, target }));
  });
  const own = links.filter(({ target }) => !/^(?:[a-z]+:|#)/.test(target));
  expect(own.length).toBeGreaterThan(15);
  const dead = own.filter(({ page, target }) => !existsSync(pathOf(page, target)));
  expect(dead).toEqual([]);
});

function pathOf(page: string, target: string): string {
  return join(dirname(page), target.replace(/#.*$/, ''));
}

test('the README tells every command, and none that is gone', () => {
  const commands = sources()
    .filter(({ path }) => path.startsWith('src/cli/'))
    .flatMap(({ text }) =>
      Array.from(text.matchAll(/\.command\('([a-z:]+)'\)/g), ([, name]) => name),
    );
  const told = Array.from(readme.matchAll(/^\| `([a-z:]+)[^`]*` \|/gm), ([, name]) => name);
  expect(commands.length).toBeGreaterThan(8);
  expect(told.toSorted()).toEqual(commands.toSorted());
});

test('a variable that a page tells to set is one that is read', () => {
  const known = new Set(VARIABLES.map(({ name }) => name as string));
  const form =
    /`((?:WECHAT|MONGODB|REDIS|SESSION|DATA|METRICS|PUBLIC|TRUST)_[A-Z_]+?)(?:_FILE)?(?:=[^`]*)?`/g;
  const read = pages.filter((page) => page === 'README.md' || page === 'docs/runbook.md');
  const named = read.flatMap((page) =>
    Array.from(readFileSync(page, 'utf8').matchAll(form), ([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('every decision has its four parts and is listed', () => {
  const decisions = pages.filter((page) => /^docs\/decisions\/\d{4}-/.test(page));
  expect(decisions.length).toBeGreaterThan(8);
  const list = readFileSync('docs/decisions/README.md', 'utf8');
  for (const [index, page] of decisions.entries()) {
    const text = readFileSync(page, 'utf8');
    const parts = Array.from(text.matchAll(/^## (\w+)$/gm), ([, part]) => part);
    expect(parts, page).toEqual(['Context', 'Decision', 'Consequences', 'Alternatives']);
    expect(page).toContain(`/${String(index + 1).padStart(4, '0')}-`);
    expect(list).toContain(`](${page.slice('docs/decisions/'.length)})`);
  }
});
