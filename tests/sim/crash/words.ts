import type * as ledger from '../../../src/loyalty/ledger/index.ts';
import type * as orders from '../../../src/loyalty/orders/index.ts';
import type { Witness } from './witness.ts';

const SUCCESS = /签到成功|^连续签到|题完成|」完成，|兑换成功|下单成功/;
const ORDERED = /兑换成功|下单成功/;
const BALANCE = /余额 ([\d,]+) 分/;
const FAILED = /^这次没办成/;

/** What a follower owns, as the books say. */
export interface Books {
  readonly entries: readonly ledger.Entry[];
  readonly orders: readonly orders.Order[];
  readonly codes: ReadonlyMap<string, orders.Order>;
}

/** What was said to a follower, and the entries that may be meant. */
export interface Words {
  readonly about: string;
  readonly said: string;
  readonly caused: readonly ledger.Entry[];
  readonly books: Books;
}

/** Whether an answer says that points were changed. */
export function isDone(said: string): boolean {
  return SUCCESS.test(said) || said.startsWith('已扣');
}

/** The code in an answer. */
export function codeIn(said: string): string | null {
  return /券码 ([0-9A-Z-]+)，/.exec(said)?.[1] ?? null;
}

/** Holds what an answer says to have happened against the books. */
export function judgeWords(witness: Witness, words: Words): void {
  const { about, said } = words;
  if (FAILED.test(said)) witness.find(`${about} failed: ${said}`);
  judgeSuccess(witness, words);
  judgeOrderWords(witness, words);
  const balance = figureIn(BALANCE, said);
  if (balance !== null && !isBalance(words.books, balance)) {
    witness.find(`${about} was told a balance that never was: ${said}`);
  }
}

function judgeSuccess(witness: Witness, { about, said, caused, books }: Words): void {
  if (!SUCCESS.test(said) || ORDERED.test(said) || caused.length > 0) return;
  const causes = books.entries.map(({ key, cause }) => `${key} by ${cause}`);
  witness.find(`${about} was told a success that is not in the ledger (${causes}): ${said}`);
}

function judgeOrderWords(witness: Witness, { about, said, books }: Words): void {
  const code = codeIn(said);
  if (code && !books.codes.has(code)) witness.find(`${about} was told a code of nobody: ${said}`);
  if (ORDERED.test(said) && !code) {
    witness.find(`${about} was told a success without a code: ${said}`);
  }
  const paid = figureIn(/^已扣 ([\d,]+) 分/, said);
  if (paid !== null && !isPayment(books, paid)) {
    witness.find(`${about} was told a payment that is not in the ledger: ${said}`);
  }
}

/** Whether words tell a result that left this balance. */
export function isResultOf(said: string, { balanceAfter }: ledger.Entry): boolean {
  return isDone(said) && figureIn(BALANCE, said) === balanceAfter;
}

function figureIn(pattern: RegExp, said: string): number | null {
  const [, figures] = pattern.exec(said) ?? [];
  return figures === undefined ? null : Number(figures.replaceAll(',', ''));
}

function isBalance({ entries }: Books, balance: number): boolean {
  return balance === 0 || entries.some(({ balanceAfter }) => balanceAfter === balance);
}

function isPayment({ entries }: Books, points: number): boolean {
  return entries.some(
    ({ key, moves }) =>
      key.startsWith('order:') &&
      moves.some(({ type, postings }) => type === 'spend' && postings.spendable === -points),
  );
}
