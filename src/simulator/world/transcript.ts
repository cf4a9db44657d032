import type { Clock } from '../../kernel/context.ts';

/** How a message came to the phone. */
export type Via =
  | 'message'
  | 'event'
  | 'reply'
  | 'failure'
  | 'customer'
  | 'template'
  | 'mass'
  | 'subscription';

/** One message on a follower's phone. */
export interface Line {
  /** Rises from 1 within the follower. */
  readonly number: number;
  readonly at: Date;
  readonly from: 'follower' | 'account';
  readonly via: Via;
  readonly text: string;
  readonly data?: Card;
}

/** A template message as the phone shows it. */
export interface Card {
  readonly templateId: string;
  readonly title: string;
  readonly fields: readonly { readonly label: string; readonly value: string }[];
  readonly url: string | null;
}

/** What each follower's phone shows, the newest few hundred messages of it. */
export interface Transcript {
  add(openId: string, line: Omit<Line, 'number' | 'at'>): void;
  /** Those with a larger number, oldest first. */
  of(openId: string, after?: number): readonly Line[];
  clear(): void;
}

const KEPT = 200;

/** Makes an empty transcript that takes its times from `clock`. */
export function keepTranscript(clock: Clock): Transcript {
  const phones = new Map<string, readonly Line[]>();
  return {
    add(openId, line) {
      const lines = phones.get(openId) ?? [];
      const number = (lines.at(-1)?.number ?? 0) + 1;
      phones.set(openId, [...lines.slice(1 - KEPT), { ...line, number, at: clock() }]);
    },
    of: (openId, after = 0) => (phones.get(openId) ?? []).filter(({ number }) => number > after),
    clear: () => phones.clear(),
  };
}
