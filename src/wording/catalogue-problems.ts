import { factsIn, piecesOf } from './compile.ts';
import type { FactKind } from './facts.ts';

export type Tables = Readonly<Record<string, Readonly<Record<string, FactKind>>>>;
export type Words = ReadonlyMap<string, string>;

/** Everything that is wrong with the words of one language, as lines to read. */
export function problemsOf(language: string, tables: Tables, words: Words): readonly string[] {
  const missing = Object.keys(tables).filter((key) => !words.get(key)?.trim());
  const unknown = [...words.keys()].filter((key) => !Object.hasOwn(tables, key));
  const wrong = [...words].flatMap(([key, text]) =>
    Object.hasOwn(tables, key)
      ? problemsIn(text, tables[key] ?? {}).map((it) => `${key} ${it}`)
      : [],
  );
  return [
    ...missing.map((key) => `${language}: ${key} has no words`),
    ...unknown.map((key) => `${language}: ${key} is no message`),
    ...wrong.map((problem) => `${language}: ${problem}`),
  ];
}

function problemsIn(text: string, kinds: Readonly<Record<string, FactKind>>): string[] {
  const pieces = piecesOf(text);
  const strangers = [...factsIn(pieces)].filter((name) => !Object.hasOwn(kinds, name));
  const bars = pieces.flatMap((piece) => (piece.type === 'bar' ? [piece.count, piece.of] : []));
  const uncounted = bars.filter((name) => Object.hasOwn(kinds, name) && kinds[name] !== 'count');
  const stray = pieces.some((piece) => piece.type === 'words' && /[{}[\]]/.test(piece.words));
  return [
    ...strangers.map((name) => `mentions {${name}}, which it is not given`),
    ...uncounted.map((name) => `draws a bar of {${name}}, which is no count`),
    ...(stray ? ['has a bracket that opens or closes nothing'] : []),
  ];
}
