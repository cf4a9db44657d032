import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { canonical, chainHash } from './chain.ts';

it.each<[string, unknown, string]>([
  ['a text', 'a "b"', '"a \\"b\\""'],
  ['a number', -1.5, '-1.5'],
  ['nothing known', null, 'null'],
  ['an instant, in milliseconds', new Date(5), '5'],
  ['a list, in its order', [2, [1], { b: 1 }], '[2,[1],{"b":1}]'],
  ['names, sorted', { b: 1, a: { d: 1, c: 2 }, B: 3 }, '{"B":3,"a":{"c":2,"d":1},"b":1}'],
  ['nothing in it', {}, '{}'],
  ['no name of what is not there', { a: undefined, b: 1, c: undefined }, '{"b":1}'],
])('the canonical text has %s', (_, value, text) => {
  expect(canonical(value)).toBe(text);
});

it('a text is written as JSON writes it, whatever is in it', () => {
  for (const text of [
    '',
    ' ',
    '!',
    '#',
    '[',
    ']',
    '~',
    '"',
    '\\',
    '\n',
    '\u001f',
    '\u007f',
    '积分',
  ]) {
    expect(canonical(text)).toBe(JSON.stringify(text));
    expect(canonical(`a${text}b`)).toBe(JSON.stringify(`a${text}b`));
  }
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  const texts = fc.property(fc.string({ unit }), (text) => {
    expect(canonical(text)).toBe(JSON.stringify(text));
  });
  fc.assert(texts, { numRuns: 200 });
});

it('the order in which names were set does not matter', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-zA-Z]{1,3}$/), { maxLength: 12 });
  const orders = fc.property(names, (list) => {
    const record = Object.fromEntries(list.map((name) => [name, name.length]));
    const inOrder = Object.fromEntries(list.toSorted().map((name) => [name, name.length]));
    expect(canonical(record)).toBe(JSON.stringify(inOrder));
  });
  fc.assert(orders, { numRuns: 200 });
});

it('a hash is 22 characters over the one before and the entry', () => {
  expect(chainHash('', {})).toBe('RBNvo1WzZ4oRRq0W9+hknp');
  expect(chainHash('x', {})).not.toBe(chainHash('', {}));
});

it('what JSON writes as it is, is not given to JSON: nearly all of an entry is that', () => {
  const json = vi.spyOn(JSON, 'stringify');
  const plain = Array.from({ length: 0x7f - 0x20 }, (_, n) => String.fromCharCode(0x20 + n));
  const asIs = plain.filter((char) => char !== '"' && char !== '\\').join('');
  for (const text of ['', 'a', 'order:ord_01kf', asIs]) expect(canonical(text)).toBe(`"${text}"`);
  expect(json).not.toHaveBeenCalled();
  for (const text of ['"', '\\', '\u001f', '\u007f', '积', `${asIs}\n`, `\n${asIs}`])
    canonical(text);
  expect(json).toHaveBeenCalledTimes(7);
  json.mockRestore();
});
