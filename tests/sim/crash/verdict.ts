import type { Context } from '../../../src/kernel/context.ts';
import { isId } from '../../../src/kernel/ids.ts';
import * as ledger from '../../../src/loyalty/ledger/index.ts';
import * as mall from '../../../src/loyalty/mall/index.ts';
import * as members from '../../../src/loyalty/members/index.ts';
import * as orders from '../../../src/loyalty/orders/index.ts';
import { type Receipt, type Remembered, Witness } from './witness.ts';

const SUCCESS = /签到成功|^连续签到|题完成|」完成，|兑换成功|下单成功|已扣/;
const UNCHANGED = /没有扣分|积分没有变化|积分没有扣|已经签过了|没有等待确认/;

interface Books {
  readonly entries: readonly ledger.Entry[];
  readonly orders: readonly orders.Order[];
  readonly codes: ReadonlyMap<string, orders.Order>;
}

/** Holds everything that followers and tills were told against the ledger. */
export async function compareWithLedger(ctx: Context, witness: Witness): Promise<void> {
  for (const openId of new Set(witness.messages.map((message) => message.openId))) {
    const member = await members.findMember(ctx, { openId });
    const books = member ? await booksOf(ctx, member) : EMPTY;
    const isTheirs = (one: { readonly openId: string }) => one.openId === openId;
    for (const message of witness.messages.filter(isTheirs)) judge(witness, message, books);
    judgeOrders(witness, openId, books);
    const receipts = witness.receipts.filter(isTheirs);
    for (const receipt of receipts) judgeReceipt(witness, receipt, books);
  }
  judgeCodes(witness);
}

/** A code is worth money, and belongs to one follower. */
function judgeCodes(witness: Witness): void {
  const owners = new Map<string, string>();
  for (const message of witness.messages) {
    for (const code of codesIn(message)) {
      const owner = owners.get(code) ?? message.openId;
      owners.set(code, owner);
      if (owner !== message.openId) witness.find(`code ${code} was told to two followers`);
    }
  }
}

const EMPTY: Books = { entries: [], orders: [], codes: new Map() };

async function booksOf(ctx: Context, { _id: memberId }: members.Member): Promise<Books> {
  const { entries } = await ledger.statementOf(ctx, memberId, { limit: 100 });
  const placed = await orders.listOrders(ctx, memberId, { limit: 50 });
  const codes = new Map<string, orders.Order>();
  for (const order of placed) {
    const issued = await mall.codeOf(ctx, order._id);
    if (issued) codes.set(issued.code, order);
  }
  return { entries, orders: placed, codes };
}

function judge(witness: Witness, message: Remembered, books: Books): void {
  const { msgId, text, answers, openId } = message;
  const told = new Set(answers.filter((answer) => !Witness.isProvisional(answer)));
  const about = `${openId} ${text} (${msgId})`;
  if (told.size > 1) witness.find(`${about} was answered differently: ${[...told].join(' | ')}`);
  const answer = Witness.finalAnswer(message);
  const caused =
    msgId === null ? [] : books.entries.filter(({ cause }) => cause === `msg:${msgId}`);
  for (const said of answers) judgeWords(witness, { about, said, caused, books });
  if (caused.length > 0 && answer !== null && !SUCCESS.test(answer)) {
    witness.find(`${about} changed points and was answered: ${answer}`);
  }
}

interface Words {
  readonly about: string;
  readonly said: string;
  readonly caused: readonly ledger.Entry[];
  readonly books: Books;
}

function judgeWords(witness: Witness, { about, said, caused, books }: Words): void {
  if (caused.length > 0 && UNCHANGED.test(said)) {
    witness.find(`${about} changed points and was told that it did not: ${said}`);
  }
  const isOrderResult = /兑换成功|下单成功/.test(said);
  if (SUCCESS.test(said) && !isOrderResult && caused.length === 0) {
    const causes = books.entries.map(({ key, cause }) => `${key} by ${cause}`);
    witness.find(`${about} was told a success that is not in the ledger (${causes}): ${said}`);
  }
  const [, code] = /券码 ([0-9A-Z-]+)，/.exec(said) ?? [];
  if (code && !books.codes.has(code)) witness.find(`${about} was told a code of nobody: ${said}`);
  if (isOrderResult && !code) witness.find(`${about} was told a success without a code: ${said}`);
  const [, balance] = /余额 ([\d,]+) 分/.exec(said) ?? [];
  if (balance !== undefined && !isBalance(books, Number(balance.replaceAll(',', '')))) {
    witness.find(`${about} was told a balance that never was: ${said}`);
  }
}

function isBalance({ entries }: Books, balance: number): boolean {
  return balance === 0 || entries.some(({ balanceAfter }) => balanceAfter === balance);
}

function codesIn({ answers }: Remembered): readonly string[] {
  return answers.flatMap((answer) => /券码 ([0-9A-Z-]+)，/.exec(answer)?.[1] ?? []);
}

/** Every order was paid once, every payment is an order or came back. */
function judgeOrders(witness: Witness, openId: string, books: Books): void {
  const paid = books.entries.filter(({ key }) => key.startsWith('order:'));
  for (const { key, moves } of paid) {
    const orderId = key.slice('order:'.length);
    const isSpent = moves.some(({ type }) => type === 'spend');
    const isThere = books.orders.some(({ _id }) => _id === orderId);
    if (isSpent && isId('ord', orderId) && !isThere)
      witness.find(`${openId} paid for ${orderId} in vain`);
  }
  for (const { _id } of books.orders) {
    const payments = paid.filter(({ key }) => key === `order:${_id}`);
    if (payments.length !== 1) witness.find(`${openId} paid ${payments.length} times for ${_id}`);
  }
  if (books.codes.size !== books.orders.length) witness.find(`${openId} has orders without codes`);
}

function judgeReceipt(witness: Witness, receipt: Receipt, books: Books): void {
  const { purchaseId, entryIds, amountFen } = receipt;
  const found = books.entries.filter(({ _id }) => _id === entryIds[0]);
  if (new Set(entryIds).size !== 1) witness.find(`${purchaseId} was entered as ${entryIds}`);
  const earned = found[0]?.moves.reduce((sum, { postings }) => sum + (postings.spendable ?? 0), 0);
  if (earned !== Math.floor(amountFen / 100)) witness.find(`${purchaseId} earned ${earned} points`);
}
