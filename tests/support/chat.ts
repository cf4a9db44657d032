import { randomUUID } from 'node:crypto';
import {
  type AnswerOnce,
  type Contact,
  createAnswer,
  type SubscriptionAnswers,
  type SubscriptionDelivery,
  type TemplateResult,
} from '../../src/bot/index.ts';
import { addDays } from '../../src/kernel/business-day.ts';
import type { Context } from '../../src/kernel/context.ts';
import * as members from '../../src/loyalty/members/index.ts';
import { timeOn } from '../../src/notify/quiet-hours.ts';
import type { KeyValue } from '../../src/platform/key-value.ts';
import { localKeyValue } from '../../src/platform/local-key-value.ts';
import { database } from '../../src/platform/mongo.ts';
import type { InboundMessage, Reply } from '../../src/wechat/index.ts';
import { loadCatalogue } from '../../src/wording/index.ts';
import { at } from './context.ts';

/** A message from outside, of any follower to the one account. */
export function inbound(
  content: InboundMessage['content'],
  { openId, sentAt, msgId = randomUUID() }: { openId: string; sentAt: Date; msgId?: string },
): InboundMessage {
  const toUserName = 'gh_test';
  return {
    toUserName,
    openId,
    sentAt,
    msgId,
    dedupeKey: msgId,
    content,
    sealing: { form: 'plain' },
  };
}

/** A text as it reads, without the links that make words tappable. */
export function read(reply: Reply): string {
  return reply.type === 'text' ? reply.text.replaceAll(/<[^>]+>/g, '') : reply.type;
}

/** What a tap on the first such word of a reply sends. */
export function tokenIn(reply: Reply, word: string): string {
  const text = reply.type === 'text' ? reply.text : '';
  return new RegExp(`msgmenucontent=${word}&msgmenuid=([^"]+)`).exec(text)?.[1] ?? '';
}

/** Takes everything out of the database, and leaves its indexes. */
export async function emptyDatabase(): Promise<void> {
  const collections = await database().collections();
  await Promise.all(collections.map((collection) => collection.deleteMany({})));
}

type Sent = { readonly menuToken?: string; readonly msgId?: string };

/** A conversation with the bot in this process: real database, a clock that stands still. */
export class Chat {
  readonly templateResults: Omit<TemplateResult, 'openId'>[] = [];
  readonly contacts: Contact[] = [];
  readonly subscriptions: (SubscriptionAnswers | SubscriptionDelivery)[] = [];
  /** Lines of notices that may not be told any more. */
  readonly refusedLines = new Set<string>();
  now = new Date('2026-11-21T10:00:00+08:00');
  keyValue: KeyValue = this.emptyStore();
  private bot: AnswerOnce = this.newBot();

  /** A process with the same stores, as after a restart. */
  restart(): void {
    this.bot = this.newBot();
  }

  /** The store forgets everything that is not in the database. */
  forgetAll(): void {
    this.keyValue = this.emptyStore();
    this.restart();
  }

  wait(minutes: number): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
  }

  ctx(): Context {
    return at(this.now.toISOString());
  }

  follower(openId = `o_${randomUUID()}`) {
    const receive = (content: InboundMessage['content'], msgId?: string) =>
      this.receive(inbound(content, { openId, sentAt: this.now, ...(msgId && { msgId }) }));
    const say = (text: string, { menuToken, msgId }: Sent = {}) =>
      receive({ type: 'text', text, menuToken: menuToken ?? null }, msgId);
    return {
      openId,
      receive,
      reply: say,
      says: async (text: string, sent?: Sent) => read(await say(text, sent)),
      sends: async (content: InboundMessage['content']) => read(await receive(content)),
      member: async () => {
        const member = await members.findMember(this.ctx(), { openId });
        if (!member) throw new Error('not a member yet');
        return member;
      },
    };
  }

  receive(message: InboundMessage): Promise<Reply> {
    return this.bot.answerOnce(message, this.ctx());
  }

  private emptyStore() {
    return localKeyValue({ file: null, clock: () => this.now, log: this.ctx().log });
  }

  private newBot(): AnswerOnce {
    return createAnswer({
      keyValue: this.keyValue,
      catalogue: loadCatalogue(),
      links: {
        address: (memberId) => `https://shop.test/h5/address?t=${memberId}`,
        rules: () => 'https://shop.test/h5/rules',
        privacy: () => 'https://shop.test/h5/privacy',
      },
      lateMessage: async () => {
        throw new Error('no answer in these tests is slow');
      },
      onTemplateResult: async (_ctx, { templateMsgId, status }) =>
        this.templateResults.push({ templateMsgId, status }),
      onContact: async (contact) => this.contacts.push(contact),
      onSubscriptions: async (_ctx, answers) => this.subscriptions.push(answers),
      onSubscriptionSent: async (_ctx, sent) => this.subscriptions.push(sent),
      onTelling: async (_ctx, ids) => new Set(ids.filter((id) => !this.refusedLines.has(id))),
      remindOfCheckIn: async (ctx) => timeOn(addDays(ctx.today, 1), '09:00'),
    });
  }
}
