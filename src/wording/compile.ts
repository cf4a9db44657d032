import type { FactKind, Renderers } from './facts.ts';

/** How texts are dressed for one place: chat may tap words and show bars, pages do neither. */
export interface Style {
  /** Wrap tappable words in the links that send them when tapped. */
  readonly tapLinks: boolean;
  /** Show progress bars behind their numbers. */
  readonly bars: boolean;
}

export type Facts = Readonly<Record<string, unknown>>;
/** A text ready to be said. */
export type Compiled = (facts: Facts) => string;

export interface Dressing {
  readonly kinds: Readonly<Record<string, FactKind>>;
  readonly renderers: Renderers;
  readonly style: Style;
}

/** A piece of a text as it is written in the catalogue. */
export type Piece =
  | { readonly type: 'words'; readonly words: string }
  | { readonly type: 'fact'; readonly name: string }
  | { readonly type: 'bar'; readonly count: string; readonly of: string }
  | { readonly type: 'tap'; readonly label: readonly Piece[]; readonly token: string | null };

const PIECE =
  /\{(?<count>\w+)\/(?<of>\w+)\}|\{(?<name>\w+)\}|\[(?<label>[^[\]|\n]+)(?:\|\{(?<token>\w+)\})?\]/g;
const CELLS_MAX = 10;

/** Takes a text of the catalogue apart: words, `{fact}`, `{count/of}`, `[word]` and `[word|{token}]`. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    if (match.index > end) pieces.push({ type: 'words', words: text.slice(end, match.index) });
    pieces.push(pieceOf(match.groups ?? {}));
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ type: 'words', words: text.slice(end) });
  return pieces;
}

/** The facts that pieces mention, once each. */
export function factsIn(pieces: readonly Piece[]): ReadonlySet<string> {
  return new Set(pieces.flatMap(namesIn));
}

/** Makes a text ready to be said: what can be known beforehand is done here, once. */
export function compile(text: string, dressing: Dressing): Compiled {
  const lines = text.split('\n').map((line) => compileLine(line, dressing));
  return (facts) => {
    let said = '';
    let begun = false;
    for (const { parts, mayVanish } of lines) {
      const line = sayParts(parts, facts);
      if (mayVanish && line === '') continue;
      said = begun ? `${said}\n${line}` : line;
      begun = true;
    }
    return said;
  };
}

type Part = string | Compiled;

function compileLine(line: string, dressing: Dressing) {
  const pieces = piecesOf(line);
  const [first] = pieces;
  const alone = pieces.length === 1 && first?.type === 'fact';
  return {
    parts: pieces.map((piece) => partOf(piece, dressing)),
    mayVanish: alone && dressing.kinds[first.name] === 'lines',
  };
}

function partOf(piece: Piece, dressing: Dressing): Part {
  switch (piece.type) {
    case 'words':
      return piece.words;
    case 'fact':
      return factPart(piece.name, dressing);
    case 'bar':
      return dressing.style.bars ? barPart(piece.count, piece.of) : '';
    case 'tap':
      return tapPart(piece, dressing);
  }
}

function factPart(name: string, { kinds, renderers }: Dressing): Compiled {
  const kind = kinds[name] ?? 'text';
  // The compiler has seen that the fact is of this kind; a table of functions cannot say so.
  const render = renderers[kind] as (fact: unknown) => string;
  return (facts) => render(facts[name]);
}

/** With a space before it; as many cells as there are to count, 10 at most. */
function barPart(count: string, of: string): Compiled {
  return (facts) => {
    const whole = Math.max(1, Number(facts[of]));
    const done = Math.min(Math.max(0, Number(facts[count])), whole);
    const cells = Math.min(whole, CELLS_MAX);
    const full = done < whole ? Math.min(Math.round((done / whole) * cells), cells - 1) : cells;
    return ` ${'■'.repeat(full)}${'□'.repeat(cells - full)}`;
  };
}

function tapPart({ label, token }: Extract<Piece, { type: 'tap' }>, dressing: Dressing): Compiled {
  const parts = label.map((piece) => partOf(piece, dressing));
  if (!dressing.style.tapLinks) return (facts) => sayParts(parts, facts);
  const tokenPart = token === null ? null : factPart(token, dressing);
  return (facts) => {
    const word = sayParts(parts, facts);
    const id = tokenPart ? tokenPart(facts) : word;
    const query = `msgmenucontent=${quoted(word)}&msgmenuid=${quoted(id)}`;
    return `<a href="weixin://bizmsgmenu?${query}">${word}</a>`;
  };
}

/** WeChat takes Chinese as it is; only what would end the value early is percent-encoded. */
function quoted(text: string): string {
  return text.replace(/[&"%#\s]/g, encodeURIComponent);
}

function sayParts(parts: readonly Part[], facts: Facts): string {
  let said = '';
  for (const part of parts) said += typeof part === 'string' ? part : part(facts);
  return said;
}

function pieceOf(groups: Readonly<Record<string, string | undefined>>): Piece {
  const { count, of, name, label, token } = groups;
  if (count && of) return { type: 'bar', count, of };
  if (name) return { type: 'fact', name };
  return { type: 'tap', label: piecesOf(label ?? ''), token: token ?? null };
}

function namesIn(piece: Piece): readonly string[] {
  switch (piece.type) {
    case 'words':
      return [];
    case 'fact':
      return [piece.name];
    case 'bar':
      return [piece.count, piece.of];
    case 'tap':
      return [...piece.label.flatMap(namesIn), ...(piece.token ? [piece.token] : [])];
  }
}
