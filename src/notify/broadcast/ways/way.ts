import { createHash } from 'node:crypto';
import type { Context } from '../../../kernel/context.ts';
import type { MemberId } from '../../../kernel/ids.ts';
import type { Sending } from '../../channels/channel.ts';
import type { Somebody } from '../audience.ts';

/** What goes out at once: to one, or to all of a batch. */
export interface Parcel {
  /** The same for every attempt; different for every parcel of every broadcast. */
  readonly dedupeId: string;
  readonly people: readonly Somebody[];
}

/** How a broadcast reaches people. */
export interface Way {
  /** Whether one call is for one member or for a whole batch. */
  readonly unit: 'each' | 'batch';
  /** Recipients of a batch: fewer are refused, more do not fit. */
  readonly sizeMin: 1 | 2;
  readonly sizeMax: number;
  /** For so long the same parcel may be sent again, and arrives once. */
  readonly knownForMs: number;
  /** Whether it counts into the pushes of a day and of a month. */
  readonly isPush: boolean;
  /** Who of them can be reached like this at all; everybody without it. */
  readonly reaches?: (ctx: Context, people: readonly Somebody[]) => Promise<ReadonlySet<MemberId>>;
  readonly send: (ctx: Context, parcel: Parcel) => Promise<Sending>;
  /** Is told once who got it, when that is written down. */
  readonly onSent?: (ctx: Context, memberIds: readonly MemberId[]) => Promise<unknown>;
}

/** At most 32 letters and digits, as the platform takes them (reference 5.3, 5.6). */
export function dedupeIdOf(what: string): string {
  return createHash('sha256').update(what).digest('hex').slice(0, 32);
}
