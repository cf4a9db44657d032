import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** How many features each letter has; thirty more are numbered by themselves. */
const LETTERS = 'A19 B5 C23 D7 E28 F35 G15 H12 I16 J16 K15 L12 M9 N7 O10 P8 Q12 R15';
const NUMBERS = 30;

const page = readFileSync('docs/features.md', 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| [A-Z]?\d+ \|/.test(line))
  .map((line) => {
    const [id = '', title = '', state = '', modules = '', tests = ''] = cellsOf(line);
    return { id, title, state, modules: pathsIn(modules), tests: pathsIn(tests) };
  });

function cellsOf(line: string): string[] {
  return line.slice(2, -2).split(' | ');
}

function pathsIn(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, path = '']) => path);
}

function upTo(count: number, letter = ''): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

test('every feature is on the page once, in order', () => {
  const lettered = LETTERS.split(' ').flatMap((all) => upTo(Number(all.slice(1)), all.slice(0, 1)));
  expect(lettered.length).toBe(264);
  expect(rows.map(({ id }) => id)).toEqual([...lettered, ...upTo(NUMBERS)]);
});

test('the counts at the top are those of the tables', () => {
  const count = (lettered: boolean, state: string) =>
    rows.filter((row) => /^[A-Z]/.test(row.id) === lettered && row.state.startsWith(state)).length;
  const [f, n] = [true, false].map((lettered) =>
    ['built', 'partly', 'not built'].map((state) => count(lettered, state)),
  );
  expect(page).toContain(`lettered ones ${f?.[0]} are built, ${f?.[1]} partly and ${f?.[2]} not`);
  expect(page).toContain(`numbered ones ${n?.[0]} are built, ${n?.[1]} partly and ${n?.[2]} not`);
});

test('every feature says how much of it is there, where, and what proves it', () => {
  for (const { id, title, state, modules, tests } of rows) {
    expect(title, id).not.toBe('');
    expect(state, id).toMatch(/^(built|partly: .{8,}|not built)$/);
    for (const path of tests) expect(path, id).toMatch(/^(src|templates|tests)\/.+\.test\.tsx?$/);
    const isThere = state !== 'not built';
    expect(modules.length > 0, `${id} names where it is`).toBe(isThere);
    expect(tests.length > 0, `${id} names its test`).toBe(isThere);
  }
});

test('every place and every test that is named exists', () => {
  const named = rows.flatMap(({ id, modules, tests }) =>
    [...modules, ...tests].map((path) => ({ id, path })),
  );
  expect(named.length).toBeGreaterThan(200);
  expect(named.filter(({ path }) => !existsSync(path))).toEqual([]);
});
