import { type BusinessDay, businessDayOf } from '../../kernel/business-day.ts';
import type { Card, Line, Via } from '../world/transcript.ts';
import { linkTo, type Piece, textPieces } from './text-pieces.ts';

/** A message as the page shows it. */
export interface ShownLine {
  readonly number: number;
  readonly from: Line['from'];
  readonly via: Via;
  readonly pieces: readonly Piece[];
  readonly card: ShownCard | null;
  /** Above the message when some time has passed since the one before. */
  readonly time: { readonly day: BusinessDay; readonly time: Date } | null;
}

/** A template message with the place where its tap leads. */
export interface ShownCard extends Pick<Card, 'title' | 'fields'> {
  readonly link: ReturnType<typeof linkTo>;
}

const PAUSE_MS = 300_000;

/** Readies those lines whose number is larger than `after`. */
export function shownLines(lines: readonly Line[], after: number): readonly ShownLine[] {
  return lines
    .map((line, index) => shown(line, lines[index - 1]))
    .filter(({ number }) => number > after);
}

function shown(line: Line, before: Line | undefined): ShownLine {
  const { number, from, via, text, data, at } = line;
  const paused = !before || Math.abs(at.getTime() - before.at.getTime()) > PAUSE_MS;
  return {
    number,
    from,
    via,
    pieces: from === 'account' ? textPieces(text) : [{ type: 'words', text }],
    card: data ? { ...data, link: data.url ? linkTo(data.url) : null } : null,
    time: paused ? { day: businessDayOf(at), time: at } : null,
  };
}
