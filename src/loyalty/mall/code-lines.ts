import { keyedHash } from '../../platform/data-key.ts';

const CODE_CHARS_MAX = 100;
// Controls, line and paragraph separators, direction marks: what a follower could not read or type.
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;

/** Why a line cannot be added: `known` means that the reward has this code already. */
export interface CodeProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly problem: 'empty' | 'too-long' | 'unreadable' | 'doubled' | 'known';
}

export interface CodeLine {
  readonly line: number;
  readonly code: string;
  readonly codeHash: string;
}

/** Lines as they were pasted: the good ones, and what is wrong with the others. */
export function readCodeLines(texts: readonly string[]): {
  readonly lines: readonly CodeLine[];
  readonly problems: readonly CodeProblem[];
} {
  const lines: CodeLine[] = [];
  const problems: CodeProblem[] = [];
  const seen = new Set<string>();
  for (const [index, text] of texts.entries()) {
    const line = index + 1;
    const code = text.trim();
    const problem = seen.has(code) ? 'doubled' : problemOf(code);
    if (problem) problems.push({ line, problem });
    else lines.push({ line, code, codeHash: keyedHash(code) });
    if (code !== '') seen.add(code);
  }
  return { lines, problems };
}

function problemOf(code: string): CodeProblem['problem'] | null {
  if (code === '') return 'empty';
  if (code.length > CODE_CHARS_MAX) return 'too-long';
  return UNREADABLE.test(code) ? 'unreadable' : null;
}
