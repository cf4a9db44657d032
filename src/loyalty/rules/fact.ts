import type { BusinessDay } from '../../kernel/business-day.ts';

/** One line of a sale, for rules that look at categories. */
export interface PurchaseLine {
  readonly category: string;
  readonly amountFen: number;
}

/**
 * Something that may earn points, on the business day `today`. They can be used at once, or from
 * `pendingUntil` on, and are valid from then.
 */
export type Fact = {
  readonly today: BusinessDay;
  readonly pendingUntil?: BusinessDay | undefined;
} & (
  | { readonly kind: 'checkin'; readonly streakDays: number }
  | {
      readonly kind: 'purchase';
      readonly amountFen: number;
      readonly lines?: readonly PurchaseLine[] | undefined;
    }
  | { readonly kind: 'task'; readonly taskPoints: number }
);

/** How many points came from where; the parts of an earning add up to its points. */
export interface Part {
  readonly source: string;
  readonly points: number;
}
