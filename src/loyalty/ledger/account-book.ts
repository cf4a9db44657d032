import type { Facts } from '../../kernel/facts.ts';
import type { Account } from './account.model.ts';
import type * as book from './book.ts';
import { borrow } from './debts.ts';
import { deliver, receive, send, takeBack } from './deliveries.ts';
import type { Draft } from './draft.ts';
import { adjust, clawback, earn, mature, revive } from './earning.ts';
import type { Delivery, PostedMove } from './entry.model.ts';
import { close, forfeit, freeze, unfreeze } from './lifecycle.ts';
import { kindsFor, spendableOf } from './lots.ts';
import type { Purpose } from './points.ts';
import { capture, hold, refund, release, spend } from './spending.ts';

/** The book of one draft: each method is a function of its own file. */
export class AccountBook implements book.Book {
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  get accountId() {
    return this.#draft.account._id;
  }
  get entryId() {
    return this.#draft.entryId;
  }
  get now() {
    return this.#draft.now;
  }
  get today() {
    return this.#draft.today;
  }
  get status() {
    return this.#draft.account.status;
  }
  get balance() {
    return this.#draft.balance;
  }
  spendable(purpose: Purpose) {
    return spendableOf(this.#draft.account.lots, this.today, kindsFor(purpose));
  }

  earn(earning: book.Earning) {
    return earn(this.#draft, earning);
  }
  mature({ of }: { readonly of: PostedMove }) {
    return mature(this.#draft, of);
  }
  spend(amount: book.Spending) {
    return spend(this.#draft, amount);
  }
  hold(part: book.Holding) {
    return hold(this.#draft, part);
  }
  capture(part: book.Capture) {
    return capture(this.#draft, part);
  }
  release(part: book.Release) {
    return release(this.#draft, part);
  }
  refund(part: book.Refund) {
    return refund(this.#draft, part);
  }
  clawback(claim: book.Claim) {
    return clawback(this.#draft, claim);
  }
  borrow(loan: book.Loan) {
    return borrow(this.#draft, loan);
  }
  revive(points: book.Revival) {
    return revive(this.#draft, points);
  }
  adjust(change: book.Adjustment) {
    return adjust(this.#draft, change);
  }
  forfeit() {
    return forfeit(this.#draft);
  }
  freeze() {
    return freeze(this.#draft);
  }
  unfreeze() {
    return unfreeze(this.#draft);
  }
  close() {
    return close(this.#draft);
  }
  send(gift: book.Gift) {
    return send(this.#draft, gift);
  }
  deliver(what: book.Message) {
    return deliver(this.#draft, what);
  }
  receive(delivery: Delivery) {
    return receive(this.#draft, delivery);
  }
  takeBack(delivery: Delivery) {
    return takeBack(this.#draft, delivery);
  }

  facet<State extends object>({ name, initial }: book.Facet<State>): State {
    return facetIn(this.#draft.account, { name, initial });
  }
  setFacet<State extends object>({ name }: book.Facet<State>, state: State) {
    this.#draft.putFacet(name, state);
  }
  refuse(code: string, facts: Facts = {}) {
    return this.#draft.refuse(code, facts);
  }
}

/** The state of a facet; fields that were never stored are those of `initial`. */
export function facetIn<State extends object>(
  { facets }: Pick<Account, 'facets'>,
  { name, initial }: book.Facet<State>,
): State {
  const [module = '', field = ''] = name.split('.');
  const stored = facets[module]?.[field];
  return stored ? { ...initial, ...stored } : initial;
}
