import type { BusinessDay } from '../../kernel/business-day.ts';
import type { MemberId } from '../../kernel/ids.ts';

/** A member's account has the member's id; the others say what they count. */
export type AccountId = MemberId | `${'stock' | 'prize' | 'budget' | 'pool'}:${string}`;
/** What points may be used for depends on their kind; `unit` is a piece of a stock or budget. */
export type Kind = 'general' | 'loan' | 'festival' | 'unit';
/** What points are taken for; it decides which kinds may be taken. */
export type Purpose = 'redemption' | 'festival' | 'transfer' | 'donation' | 'stake' | 'claim';
/** The other side of each move. They have no document: each account keeps its own sums. */
export type SystemAccount =
  | 'issued'
  | 'redeemed'
  | 'donated'
  | 'expired'
  | 'inTransit'
  | 'adjusted'
  | 'forfeited'
  | 'dissolved';
export type AccountStatus = 'active' | 'frozen' | 'closed';

/** Points of one kind with one expiry day: two earnings with the same of both are one lot. */
export interface Lot {
  readonly kind: Kind;
  /** The first business day on which the points are no longer valid. */
  readonly expiresOn: BusinessDay;
  readonly points: number;
}

/** Points set aside. Pending points are a hold per day on which they become usable. */
export interface Hold {
  readonly holdId: string;
  readonly points: number;
  readonly lots: readonly Lot[];
  /** Then it is released, or matures, by itself. */
  readonly until: Date;
  readonly pending?: true;
}

export interface Debt {
  readonly debtId: string;
  readonly type: 'loan' | 'clawback';
  readonly points: number;
  /** A loan's day; from then on every earning repays it wholly. */
  readonly dueOn?: BusinessDay;
}

/** `facets.<module>.<name>`: small states of other modules. */
export type Facets = Readonly<Record<string, Readonly<Record<string, object>>>>;
