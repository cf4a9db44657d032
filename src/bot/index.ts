import type { Context } from '../kernel/context.ts';
import type { KeyValue } from '../platform/key-value.ts';
import { database } from '../platform/mongo.ts';
import type { InboundMessage, Reply } from '../wechat/index.ts';
import type { Catalogue } from '../wording/index.ts';
import { answer, isAwaited } from './answer.ts';
import { type AnswerOnce, answeringOnce } from './answer-once.ts';
import { type LateMessage, lateResults } from './late-result.ts';
import type { Listeners } from './listeners.ts';
import { patientKeyValue } from './patient-key-value.ts';
import { pendingLines } from './pending-lines.ts';
import { refusalWords } from './refusal-words.ts';
import { replyStore } from './reply-store.ts';
import type { Links } from './turn.ts';
import { COMMANDS, checkCommands } from './understand/index.ts';

export { accountMenu } from './account-menu.ts';
export type { AnswerOnce } from './answer-once.ts';
export type { LateMessage } from './late-result.ts';
export type {
  Contact,
  Listeners,
  SubscriptionAnswers,
  SubscriptionDelivery,
  TemplateResult,
} from './listeners.ts';
export type { Links } from './turn.ts';
export { type Understood, understand } from './understand/index.ts';

/** An answer does not hang on what may be lost. */
const STORE_WAIT_MS = 400;

/** What the bot is given. */
export interface BotParts extends Listeners {
  readonly keyValue: KeyValue;
  readonly catalogue: Catalogue;
  /** Where texts may point. */
  readonly links: Links;
  /** Sends a result that came too late for the passive reply, as a customer message. */
  readonly lateMessage: LateMessage;
  /** Answers instead of the bot's own features: for tests, and for measuring the way to them. */
  readonly answer?: (message: InboundMessage, ctx: Context) => Promise<Reply>;
}

/**
 * Makes the conversation of one process. `answerOnce` gives every delivery of a message one and the
 * same reply within WeChat's five seconds and never throws; `settled` waits, before a stop, for results
 * whose followers got a first answer already. Guide 6.7.
 * @throws Error when two commands share a word or a sound
 */
export function createAnswer(parts: BotParts): AnswerOnce {
  checkCommands(COMMANDS);
  const { catalogue, lateMessage } = parts;
  const store = patientKeyValue(parts.keyValue, STORE_WAIT_MS);
  const answerParts = { ...parts, store };
  return answeringOnce({
    replies: replyStore(store),
    answer: parts.answer ?? ((message, ctx) => answer(answerParts, message, ctx)),
    words: refusalWords(catalogue, 'zh-CN'),
    isAwaited,
    deliverLate: (result) => lateResults(store, lateMessage).deliver(result),
    probe: async () => database().command({ ping: 1 }),
  });
}

/**
 * Lets lines wait for their follower's next message, under whose answer they are told. The bot asks
 * `onTelling` about each of them first.
 */
export function nextContact(keyValue: KeyValue) {
  const pending = pendingLines(keyValue);
  return {
    put(
      openId: string,
      { id, text, until }: { readonly id: string; readonly text: string; readonly until: Date },
    ): Promise<'kept' | 'full'> {
      return pending.put(openId, { id, text, untilMs: until.getTime() });
    },
  };
}
