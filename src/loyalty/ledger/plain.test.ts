import { describe, expect, it } from 'vitest';
import { mustBeFacts, mustBeState } from './plain.ts';

/** Half of a character that needs two. */
const HALF = '\ud83d';

describe('what an entry remembers', () => {
  it.each<[string, object]>([
    ['nothing', {}],
    ['texts, also empty and of many scripts', { text: '', name: '积分 🎉 é' }],
    ['numbers of every kind', { a: 0, b: -1, c: 0.5, d: Number.MAX_SAFE_INTEGER }],
    ['truth', { yes: true, no: false }],
    ['nothing known', { is: null }],
    ['lists and what lies in them', { list: [1, 'a', [null, { deep: true }]] }],
    ['names with all that names may have', { 'a_B.9:c-d': 1, ['x'.repeat(80)]: 1 }],
  ])('may be %s', (_, facts) => {
    expect(() => mustBeFacts(facts, 'it')).not.toThrow();
    expect(() => mustBeState(facts, 'it')).not.toThrow();
  });

  it.each<[string, object, string]>([
    ['half a character', { text: `a${HALF}b` }, 'it holds half a character'],
    ['half a character in a list', { list: ['a', HALF] }, 'it holds half a character'],
    ['half a character deep inside', { a: { b: [{ c: HALF }] } }, 'it holds half a character'],
    ['no number', { n: Number.NaN }, 'it holds a number that is none'],
    ['a number without end', { n: Number.POSITIVE_INFINITY }, 'it holds a number that is none'],
    ['nothing at all', { it: undefined }, 'it holds a undefined'],
    ['a function', { it: () => 1 }, 'it holds a function'],
    ['a large number', { n: 1n }, 'it holds a bigint'],
    ['a date', { at: new Date(0) }, 'it holds more than plain JSON'],
    ['a map', { all: new Map() }, 'it holds more than plain JSON'],
    ['a record of no class', { it: Object.create(null) }, 'it holds more than plain JSON'],
    ['an empty name', { '': 1 }, 'it holds a name that is none: '],
    ['a long name', { ['x'.repeat(81)]: 1 }, `it holds a name that is none: ${'x'.repeat(81)}`],
    ["a name of the database's own", { $set: 1 }, 'it holds a name that is none: $set'],
    ['a name with a space behind', { 'a ': 1 }, 'it holds a name that is none: a '],
    ['a name with a space before', { ' a': 1 }, 'it holds a name that is none:  a'],
  ])('may not be %s', (_, facts, message) => {
    expect(() => mustBeFacts(facts, 'it')).toThrow(message);
    expect(() => mustBeState(facts, 'it')).toThrow(message);
  });

  it('takes 1,024 bytes in the database, and a facet 512', () => {
    // A document has 5 bytes around it; a text has its type, its name and their ends, its length.
    const sized = (bytes: number) => ({ t: 'x'.repeat(bytes - 5 - 1 - 2 - 4 - 1) });
    expect(() => mustBeFacts(sized(1024), 'it')).not.toThrow();
    expect(() => mustBeFacts(sized(1025), 'it')).toThrow('it is too large: 1025 bytes');
    expect(() => mustBeState(sized(512), 'it')).not.toThrow();
    expect(() => mustBeState(sized(513), 'it')).toThrow('it is too large: 513 bytes');
  });
});
