import type { Context } from '../kernel/context.ts';
import { isUnavailable } from '../platform/failures.ts';
import type { InboundMessage, Reply } from '../wechat/index.ts';
import { inTime, LATE } from './in-time.ts';
import { contextOf } from './message-context.ts';
import { isOutcomeOpen } from './outcome-open.ts';
import type { RefusalWords } from './refusal-words.ts';
import { type ReplyStore, replyKeyOf } from './reply-store.ts';
import { sameDeadline } from './same-deadline.ts';

/** WeChat waits 5 s for an answer; what is left of them is for the way and for storing the reply. */
const WORK_MS = 3500;
const LAST_WORD_MS = 4400;
const LOSER_MS = 4000;
const POLL_MS = 100;
const PROBE_MS = 400;

const NONE: Reply = { type: 'none' };

/** What answering once is made of. */
export interface AnswerOnceParts {
  /** Never waits for its store longer than 400 ms. */
  readonly replies: ReplyStore;
  /** Finds the reply to a message; may throw, and may be slow. */
  readonly answer: (message: InboundMessage, ctx: Context) => Promise<Reply>;
  readonly words: RefusalWords;
  /** Whether somebody waits for a reply. Who does not is told nothing, whatever happens. */
  readonly isAwaited: (message: InboundMessage) => boolean;
  /** Brings a reply that came too late for the passive answer. */
  readonly deliverLate: (late: LateReply) => Promise<void>;
  /** Asks the database for a sign of life: whether a slow answer may still come. */
  readonly probe: () => Promise<unknown>;
}

export interface LateReply {
  readonly ctx: Context;
  readonly message: InboundMessage;
  readonly reply: Reply;
}

export interface AnswerOnce {
  answerOnce(message: InboundMessage, base: Context): Promise<Reply>;
  /** Waits for what is still being worked on after its follower got a first answer. */
  settled(): Promise<void>;
}

/**
 * Gives every delivery of a message one and the same reply, within WeChat's five seconds, whatever
 * hangs. Never throws.
 */
export function answeringOnce(parts: AnswerOnceParts): AnswerOnce {
  const underway = new Set<Promise<void>>();
  const follow = (late: Promise<void>) => {
    underway.add(late);
    void late.finally(() => underway.delete(late));
  };
  const unheard = { ...parts, words: unspoken(parts.words) };
  const untilLastWord = sameDeadline(LAST_WORD_MS);
  return {
    async answerOnce(message, base) {
      const ctx = contextOf(message, base);
      const endsAt = performance.now() + LAST_WORD_MS;
      const speaking = parts.isAwaited(message) ? parts : unheard;
      const key = replyKeyOf(message);
      const reply = answerClaimed({ parts: speaking, message, key, ctx, endsAt, follow });
      return await untilLastWord(reply, speaking.words.unsure);
    },
    async settled() {
      await Promise.all(underway);
    },
  };
}

/** The same words, logged and not said. */
function unspoken({ refusal }: RefusalWords): RefusalWords {
  return {
    unsure: () => NONE,
    slow: () => NONE,
    refusal(error, ctx) {
      refusal(error, ctx);
      return NONE;
    },
  };
}

interface Delivery {
  readonly parts: AnswerOnceParts;
  readonly message: InboundMessage;
  /** Of its reply in the store. */
  readonly key: string;
  readonly ctx: Context;
  /** By `performance.now()`. */
  readonly endsAt: number;
  readonly follow: (late: Promise<void>) => void;
}

async function answerClaimed(delivery: Delivery): Promise<Reply> {
  const { parts, key, ctx } = delivery;
  try {
    const claimed = await parts.replies.claim(key).catch((error: unknown) => {
      // Without the store the ledger's key and cause still make it happen once.
      ctx.log.warn({ err: error }, 'answering without dedupe');
      return true;
    });
    return claimed ? await work(delivery) : await waitForReply(delivery);
  } catch (error) {
    return parts.words.refusal(error, ctx);
  }
}

/** The other delivery's reply; none when it does not come, and the work itself when that died. */
async function waitForReply(delivery: Delivery): Promise<Reply> {
  const { parts, key, ctx, endsAt } = delivery;
  const giveUpAt = endsAt - LAST_WORD_MS + LOSER_MS;
  while (performance.now() < giveUpAt) {
    const found = await parts.replies.find(key).catch((error: unknown) => {
      // The other delivery is at it, whatever became of the store: there is nothing to say here.
      ctx.log.warn({ err: error }, 'stored reply not read');
      return 'working' as const;
    });
    if (found === null && (await parts.replies.claim(key))) return work(delivery);
    if (found !== null && found !== 'working') return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return NONE;
}

async function work(delivery: Delivery): Promise<Reply> {
  const { parts, message, key, ctx, endsAt, follow } = delivery;
  const answer = parts.answer(message, ctx);
  const leftMs = endsAt - LAST_WORD_MS + WORK_MS - performance.now();
  const first = await outcomeOf(delivery, inTime(answer, leftMs));
  if (first.reply === LATE) {
    const result = outcomeOf(delivery, answer);
    const told = await firstWord(delivery);
    follow(bringLater(delivery, { result, told }));
    return told;
  }
  if (first.kept) await quietly(ctx, parts.replies.keep(key, first.reply));
  else await quietly(ctx, parts.replies.release(key));
  return first.reply;
}

interface Outcome<Said = Reply> {
  readonly reply: Said;
  /** False for a failure that may be tried again: nothing of it is stored. */
  readonly kept: boolean;
}

async function outcomeOf<Said>(
  { parts, ctx }: Delivery,
  answer: Promise<Said>,
): Promise<Outcome<Said | Reply>> {
  try {
    return { reply: await answer, kept: true };
  } catch (error) {
    const reply = parts.words.refusal(error, ctx);
    return { reply, kept: !isUnavailable(error) && !isOutcomeOpen(error) };
  }
}

/** What is said when the work takes too long: that it goes on, or that nothing can be reached. */
async function firstWord({ parts, key, ctx }: Delivery): Promise<Reply> {
  const alive = await inTime(
    parts.probe().then(
      () => true,
      () => false,
    ),
    PROBE_MS,
  );
  if (alive !== true) {
    await quietly(ctx, parts.replies.release(key));
    return parts.words.unsure();
  }
  const reply = parts.words.slow();
  await quietly(ctx, parts.replies.keep(key, reply));
  return reply;
}

interface Later {
  readonly result: Promise<Outcome>;
  readonly told: Reply;
}

async function bringLater({ parts, message, ctx }: Delivery, { result, told }: Later) {
  const { reply } = await result;
  if (sameText(reply, told)) return;
  await quietly(ctx, parts.deliverLate({ ctx, message, reply }));
}

function sameText(a: Reply, b: Reply): boolean {
  return a.type === 'text' && b.type === 'text' && a.text === b.text;
}

/** What fails here costs a repeat its stored reply, and nothing else. */
function quietly(ctx: Context, step: Promise<unknown>): Promise<void> {
  return step.then(
    () => undefined,
    (error: unknown) => ctx.log.warn({ err: error }, 'reply not kept'),
  );
}
