import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sources, textFiles } from '../support/tree.ts';

/** This file names what it forbids; the recorded reference is other people's text. */
const EXEMPT = ['tests/tidy/house-rules.test.ts', 'docs/reference/wechat-official-account.md'];

const files = textFiles().filter((path) => !EXEMPT.includes(path));

/** What no file holds, each with a line that must not get through. */
const FORBIDDEN: readonly {
  readonly what: string;
  readonly form: RegExp;
  readonly planted: string;
}[] = [
  {
    what: 'a path of one machine',
    form: /(?:^|[\s"'`(=:])(?:\/(?:home|Users|mnt)\/[\w.-]+|[A-Z]:\\\w+)/m,
    planted: 'see /home/someone/jifenwu',
  },
  { what: 'something left to do', form: /\b(?:TODO|FIXME|XXX|HACK)\b/, planted: '// TODO later' },
  {
    what: 'a test that never runs, or keeps others from running',
    form: /\b(?:test|it|describe)\.(?:skip|only|todo|fails)\b(?!If)|\bx(?:it|describe)\(/,
    planted: "test.skip('that it works')",
  },
  {
    what: 'a complaint that was silenced without a reason',
    form: /@ts-(?:ignore|nocheck)|eslint-disable|biome-ignore(?![^\n]*: \S)/,
    planted: '// @ts-ignore',
  },
  {
    what: 'a number of an issue or of a change',
    form: /\b(?:issue|pull request|PR|MR) #?\d+\b/,
    planted: 'as issue 12 asks',
  },
];

const holding = ({ form }: { readonly form: RegExp }) =>
  files.filter((path) => form.test(readFileSync(path, 'utf8')));

describe('no file holds', () => {
  test.each(FORBIDDEN)('$what', (rule) => {
    expect(files.length).toBeGreaterThan(300);
    expect(rule.planted).toMatch(rule.form);
    expect(holding(rule)).toEqual([]);
  });
});

test('no file and no folder is named after what it does not say', () => {
  const form =
    /(?:^|\/)(?:utils?|helpers?|types|constants|service|managers?|common|misc|lib)(?:\/|\.\w)/;
  expect('src/bot/utils.ts').toMatch(form);
  expect(files.filter((path) => form.test(path))).toEqual([]);
});

test('no front door gives a model away', () => {
  const doors = sources().filter(({ path }) => /^src\/(?:loyalty\/)?[a-z]+\/index\.ts$/.test(path));
  expect(doors.length).toBeGreaterThan(12);
  for (const { path, text } of doors) expect(text, path).not.toMatch(/^export \*|\w+Model\b/m);
});
