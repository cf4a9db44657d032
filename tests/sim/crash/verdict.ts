import type { Context } from '../../../src/kernel/context.ts';
import * as ledger from '../../../src/loyalty/ledger/index.ts';
import * as mall from '../../../src/loyalty/mall/index.ts';
import * as members from '../../../src/loyalty/members/index.ts';
import * as orders from '../../../src/loyalty/orders/index.ts';
import { type Receipt, type Remembered, Witness } from './witness.ts';
import { type Books, codeIn, isDone, isResultOf, judgeWords } from './words.ts';

const UNCHANGED = /没有扣分|积分没有变化|积分没有扣|已经签过了|没有等待确认/;

/** Holds everything that followers and tills were told against the ledger. */
export async function compareWithLedger(ctx: Context, witness: Witness): Promise<void> {
  for (const openId of new Set(witness.messages.map((message) => message.openId))) {
    const member = await members.findMember(ctx, { openId });
    const books = member ? await booksOf(ctx, member) : EMPTY;
    const isTheirs = (one: { readonly openId: string }) => one.openId === openId;
    for (const message of witness.messages.filter(isTheirs)) judge(witness, message, books);
    judgeOrders(witness, openId, books);
    for (const { said } of witness.lateWords.filter(isTheirs)) {
      const about = `${openId} of an earlier message`;
      judgeWords(witness, { about, said, caused: books.entries, books });
    }
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
  const caused =
    msgId === null ? [] : books.entries.filter(({ cause }) => cause === `msg:${msgId}`);
  for (const said of answers) judgeWords(witness, { about, said, caused, books });
  const [entry] = caused;
  if (!entry) return;
  if (cameBack(caused, books)) judgeReturned(witness, message, about);
  else judgeDone(witness, message, { about, entry });
}

/** Whether what a message paid was refused by the stock, and is back. */
function cameBack(caused: readonly ledger.Entry[], { entries }: Books): boolean {
  const sent = caused.flatMap(({ deliveries = [] }) => deliveries.map((one) => one.deliveryId));
  return entries.some(
    ({ answered = '', outcome }) => sent.includes(answered) && outcome.outcome === 'refused',
  );
}

/** That nothing was spent is true then, and so is that it is paid for as long as it was on its way. */
function judgeReturned(witness: Witness, message: Remembered, about: string): void {
  const answer = Witness.finalAnswer(message);
  if (answer === null || /^慢了一步|^已扣/.test(answer)) return;
  witness.find(`${about} came back and was answered: ${answer}`);
}

/** What was said to a message that changed points. */
function judgeDone(
  witness: Witness,
  message: Remembered,
  { about, entry }: { readonly about: string; readonly entry: ledger.Entry },
): void {
  const { openId, answers, deliveries } = message;
  for (const said of answers.filter((said) => UNCHANGED.test(said) && !Witness.isBusy(said))) {
    witness.find(`${about} changed points and was told that it did not: ${said}`);
  }
  const answer = Witness.finalAnswer(message);
  if (answer !== null && !isDone(answer)) {
    witness.find(`${about} changed points and was answered: ${answer}`);
  }
  // Whoever heard nothing but "busy" was told that nothing had changed, and it was done after all.
  const isBusy = answers.length > 0 && answers.every(Witness.isBusy);
  if (!isBusy || deliveries !== answers.length) return;
  const theirs = witness.lateWords.filter((late) => late.openId === openId);
  const isTold = theirs.some(({ said }) => isResultOf(said, entry));
  witness.doneThoughBusy.push({ about, isTold });
}

function codesIn({ answers }: Remembered): readonly string[] {
  return answers.flatMap((answer) => codeIn(answer) ?? []);
}

/** Every order of a follower was paid once, and has its code. */
function judgeOrders(witness: Witness, openId: string, books: Books): void {
  for (const { _id } of books.orders) {
    const payments = books.entries.filter(({ key }) => key === `order:${_id}`);
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
