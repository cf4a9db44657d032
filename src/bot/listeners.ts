import type { Context } from '../kernel/context.ts';
import type { MemberId } from '../kernel/ids.ts';
import type { Member } from '../loyalty/members/index.ts';

/** What became of a template message. */
export interface TemplateResult {
  readonly openId: string;
  readonly templateMsgId: string;
  readonly status: 'success' | 'blocked' | 'failed';
}

/** A sign of life that lets us write back: a message, or a follow, a scan, a tap on the menu. */
export interface Contact {
  readonly openId: string;
  readonly by: 'message' | 'tap';
  readonly at: Date;
}

/** What a follower answered about subscription templates. */
export interface SubscriptionAnswers {
  readonly openId: string;
  readonly answers: readonly {
    readonly templateId: string;
    readonly choice: 'accept' | 'reject';
  }[];
}

/** What became of a subscription notice. */
export interface SubscriptionDelivery {
  readonly openId: string;
  readonly isDelivered: boolean;
  readonly templateId: string;
  readonly msgId: string;
  /** 0 for what was delivered. */
  readonly errorCode: number;
}

/** What became of a mass message. */
export interface MassResult {
  readonly massMsgId: string;
  readonly status: string;
  readonly totalCount: number;
  readonly filterCount: number;
  readonly sentCount: number;
  readonly errorCount: number;
}

/** Who hears what the bot is told, or is asked by it; `notify` does both. */
export interface Listeners {
  readonly onTemplateResult: (ctx: Context, result: TemplateResult) => Promise<unknown>;
  readonly onMassResult?: (ctx: Context, result: MassResult) => Promise<unknown>;
  /** The line of a broadcast that waits for whoever is being answered, once; null without one. */
  readonly contactLine?: (ctx: Context, member: Member) => Promise<string | null>;
  /** Nobody waits for it: it costs the answer nothing. */
  readonly onContact: (contact: Contact) => Promise<unknown>;
  readonly onSubscriptions: (ctx: Context, answers: SubscriptionAnswers) => Promise<unknown>;
  readonly onSubscriptionSent: (ctx: Context, sent: SubscriptionDelivery) => Promise<unknown>;
  /** Which of these notices may be told now, each of them by this one call. */
  readonly onTelling: (ctx: Context, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Sets the reminder of tomorrow's check-in; tells when it comes. */
  readonly remindOfCheckIn: (ctx: Context, memberId: MemberId) => Promise<Date>;
}
