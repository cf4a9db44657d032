import { expect, test } from 'vitest';
import { sources } from '../support/tree.ts';

/** What is defined in the source by a call: the name it is given, and the room that gives it. */
function defined(call: string, name: RegExp) {
  const form = new RegExp(
    `\\b${call}(?:<[^(]*>)?\\(\\s*(?:\\{\\s*name:\\s*)?'(${name.source})'`,
    'g',
  );
  return sources().flatMap(({ path, text }) =>
    Array.from(text.matchAll(form), ([, found = '']) => ({
      path,
      name: found,
      room: roomOf(path),
    })),
  );
}

function roomOf(path: string): string {
  const [, room = '', module = ''] = path.split('/');
  return room === 'loyalty' ? `${room}/${module}` : room;
}

test('every collection has one owner, and its model a file that says so', () => {
  const models = defined('defineModel', /[a-z_]+/);
  expect(models.length).toBeGreaterThan(12);
  const names = models.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  const strays = models.filter(({ path }) => !path.endsWith('.model.ts')).map(({ path }) => path);
  // A lease is no aggregate: its four lines of form live with the verb that takes it.
  expect(strays).toEqual(['src/platform/lease.ts']);
});

test('nobody but its owner asks for a collection by its name', () => {
  const owners = new Map(defined('defineModel', /[a-z_]+/).map(({ name, room }) => [name, room]));
  const strangers = defined('collection', /[a-z_]+/)
    .filter(({ name, room }) => owners.get(name) !== room)
    // A restore works on documents as they are stored, before any owner may see them.
    .filter(({ path }) => !path.startsWith('src/cli/backup/'));
  expect(strangers).toEqual([]);
});

test('no model is made behind the back of defineModel', () => {
  const makers = sources().filter(({ text }) => /\b(?:mongoose|connection)\.model[<(]/.test(text));
  expect(makers.map(({ path }) => path)).toEqual(['src/platform/mongo.ts']);
});

test('every facet is named after its module, once', () => {
  const facets = defined('defineFacet', /[a-z]+\.[a-z]+/);
  expect(facets.length).toBeGreaterThan(2);
  for (const { path, name, room } of facets) {
    expect(path).toMatch(/\.facet\.ts$/);
    expect(room).toBe(`loyalty/${name.split('.')[0]}`);
  }
  const names = facets.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('every index says whose question it answers', () => {
  const indexes = sources().flatMap(({ path, text }) =>
    Array.from(
      text.matchAll(/(?<before>.*)\n^\w+\.index\([\s\S]*?\);(?<behind>.*)/gm),
      ({ groups }) => ({ path, before: groups?.before ?? '', behind: groups?.behind ?? '' }),
    ),
  );
  expect(indexes.length).toBeGreaterThan(12);
  const silent = indexes.filter(
    ({ before, behind }) => !/^ ?\/\/ .{8,}/.test(behind) && !/^\/\/ .{8,}/.test(before),
  );
  expect(silent).toEqual([]);
});
