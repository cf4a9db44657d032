import type { BusinessDay } from '../../kernel/business-day.ts';
import type { Facts } from '../../kernel/facts.ts';
import type { MemberId } from '../../kernel/ids.ts';
import type { Delivery, EntryId, Move, PostedMove } from './entry.model.ts';
import type { AccountId, AccountStatus, Kind, Purpose } from './points.ts';

export interface Earning {
  readonly points: number;
  /** The first business day on which they are no longer valid. */
  readonly expiresOn: BusinessDay;
  /** `general` unless said. */
  readonly kind?: Kind;
  /** Not usable before this day: the return window of a purchase. */
  readonly pendingUntil?: BusinessDay;
  /** Why so many: the parts add up to `points`. */
  readonly sources?: readonly { readonly source: string; readonly points: number }[];
  readonly ruleVersion?: string;
}

/** A refusal on record: the outcome of an entry that moved nothing. */
export type Refused = {
  readonly outcome: 'refused';
  readonly code: string;
  readonly facts: Facts;
};

/** A small state of one module that changes with the points, by the same write. */
export interface Facet<State extends object> {
  /** `<module>.<name>`, for ever: a changed meaning needs a new name. */
  readonly name: `${string}.${string}`;
  /** What it is before it was ever set; fields that are stored nowhere yet are read from here too. */
  readonly initial: State;
}

/**
 * Defines a facet of the calling module: plain JSON, at most 512 bytes, bounded by the module.
 * Kept in the account as `facets.<module>.<name>`.
 */
export function defineFacet<State extends object>(facet: Facet<State>): Facet<State> {
  return facet;
}

/** Where points that are spent go. */
export type Into = 'redeemed' | 'donated';
export interface Spending {
  readonly points: number;
  readonly purpose: Purpose;
  readonly into?: Into;
}
export interface Holding {
  readonly holdId: string;
  readonly points: number;
  readonly purpose: Purpose;
  /** When it is released by itself, at the latest. */
  readonly until: Date;
}
export interface Capture {
  readonly holdId: string;
  /** All of it unless said. */
  readonly points?: number;
  readonly into?: Into;
}
export interface Release {
  readonly holdId: string;
  readonly because: 'member' | 'merchant' | 'timeout';
}
export interface Refund {
  readonly of: PostedMove;
  readonly points: number;
}
export interface Claim {
  readonly points: number;
  readonly of?: Move;
  readonly ruleVersion?: string;
}
export interface Loan {
  readonly points: number;
  readonly expiresOn: BusinessDay;
  readonly dueOn: BusinessDay;
}
export interface Revival {
  readonly points: number;
  readonly expiresOn: BusinessDay;
}
export interface Adjustment {
  /** Negative takes from the lots. */
  readonly points: number;
  /** Of points that are added. */
  readonly expiresOn?: BusinessDay;
}
export interface Gift {
  readonly to: MemberId;
  readonly points: number;
  readonly payload?: Facts;
}
export interface Message {
  readonly type: string;
  readonly to: string;
  readonly payload: Facts;
  /** A move of this draft; what it took comes back when the receiver refuses. */
  readonly refundable?: Move;
}

/** A draft of one account. What takes a book is pure: it may be run again. */
export interface Book {
  readonly accountId: AccountId;
  /** The id this entry will have if it is written. */
  readonly entryId: EntryId;
  /** Never before the account's last entry. */
  readonly now: Date;
  readonly today: BusinessDay;
  readonly status: AccountStatus;
  /** What could be spent if this draft were written. */
  readonly balance: number;
  /** The part of it that may be taken for this purpose. */
  spendable(purpose: Purpose): number;

  /**
   * Debts are repaid first: all of the earning, or half of it while only a loan that is not due is
   * open. @throws POINTS_INVALID, ACCOUNT_CLOSED, HOLDS_TOO_MANY
   */
  earn(earning: Earning): Move;
  /** Pending points of one earning become usable before their day. @throws HOLD_NOT_FOUND */
  mature(earned: { readonly of: PostedMove }): Move;
  /** Takes from the lots that expire soonest. @throws POINTS_INSUFFICIENT, ACCOUNT_FROZEN */
  spend(amount: Spending): Move;
  /**
   * Sets points aside until they are captured or released, at the latest at `until`.
   * @throws HOLD_EXISTS, HOLDS_TOO_MANY, POINTS_INSUFFICIENT, ACCOUNT_FROZEN
   */
  hold(hold: Holding): Move;
  /**
   * The hold becomes a spend; what is not captured goes back to its lots.
   * @throws HOLD_NOT_FOUND, POINTS_INSUFFICIENT when more is captured than is held
   */
  capture(hold: Capture): Move;
  /** Back to the lots; through the merchant's fault, valid for 7 days at least. @throws HOLD_NOT_FOUND */
  release(hold: Release): Move;
  /**
   * Gives back points of a spend, a capture or a forfeiture, to the lots they came from, valid for
   * 7 days at least. @throws REFUND_EXCEEDS_PAYMENT, REFUND_WINDOW_CLOSED, ENTRY_NOT_REFUNDABLE
   */
  refund(refund: Refund): Move;
  /** Takes back what was earned: pending first, then the same lot, then any lot, then as a debt. */
  clawback(claim: Claim): Move;
  /** @throws DEBT_OPEN, ACCOUNT_FROZEN */
  borrow(loan: Loan): Move;
  /** Makes expired points usable again, as kind `festival`. @throws EXPIRED_POINTS_INSUFFICIENT */
  revive(points: Revival): Move;
  /** A correction that two people agreed on. @throws POINTS_INSUFFICIENT */
  adjust(change: Adjustment): Move;
  /** Takes everything, held points too. `refund` of this move is the successful appeal. */
  forfeit(): Move;
  /** @throws ACCOUNT_NOT_ACTIVE */
  freeze(): void;
  /** @throws ACCOUNT_NOT_FROZEN */
  unfreeze(): void;
  /** Ends the account: what is left is dissolved, debts are written off. @throws ACCOUNT_BUSY */
  close(): Move;

  /**
   * Sends points to another member; they arrive, or the same lots come back.
   * @throws POINTS_INSUFFICIENT, DELIVERIES_TOO_MANY, ACCOUNT_FROZEN
   */
  send(gift: Gift): Delivery;
  /** Asks something outside the account to follow. @throws DELIVERIES_TOO_MANY */
  deliver(what: Message): Delivery;
  /** Puts back what a refused delivery had taken. Only a courier calls it. */
  takeBack(delivery: Delivery): Move;

  facet<State extends object>(facet: Facet<State>): State;
  setFacet<State extends object>(facet: Facet<State>, state: State): void;
  /**
   * Refuses on record: this becomes the outcome, everything else in the draft is dropped, and the
   * fact can never happen later.
   */
  refuse(code: string, facts?: Facts): Refused;
}
