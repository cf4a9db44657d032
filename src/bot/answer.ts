import type { Context } from '../kernel/context.ts';
import * as members from '../loyalty/members/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import { isUnavailable } from '../platform/failures.ts';
import type { Content, InboundMessage, Reply } from '../wechat/index.ts';
import type { Catalogue, Say } from '../wording/index.ts';
import { dialogsAt } from './dialog.ts';
import { dialogStore } from './dialog-store.ts';
import { dialogs as registry } from './dialogs/index.ts';
import { suggest } from './fallback.ts';
import { forgivingStore } from './forgiving-store.ts';
import { type LateResults, withLine } from './late-result.ts';
import { mustBeWithinLimit } from './message-limit.ts';
import { isOutcomeOpen } from './outcome-open.ts';
import type { Store } from './patient-key-value.ts';
import { refusalWords } from './refusal-words.ts';
import { respond, respondToCommand } from './respond.ts';
import type { Links, Turn } from './turn.ts';
import { isIntent, normalise, understand } from './understand/index.ts';
import { type Arrival, welcome } from './welcome.ts';

const NONE: Reply = { type: 'none' };

/** What became of a template message. */
export interface TemplateResult {
  readonly templateMsgId: string;
  readonly status: 'success' | 'blocked' | 'failed';
}

export interface AnswerParts {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly links: Links;
  readonly late: (store: Store) => LateResults;
  readonly onTemplateResult: (ctx: Context, result: TemplateResult) => Promise<unknown>;
}

/**
 * Answers one message: `members` says who, `understand` says what, a feature or a dialog says the rest.
 * Refusals become words. Everything that nobody waits for is answered with none.
 * @throws what is unavailable, and what may have been spent without its outcome being known
 */
export async function answer(
  parts: AnswerParts,
  message: InboundMessage,
  ctx: Context,
): Promise<Reply> {
  const { content, openId, sentAt } = message;
  if (content.type === 'unsubscribe') {
    await members.leave(ctx, { openId, at: sentAt });
    return NONE;
  }
  if (content.type === 'template-result') {
    const { templateMsgId, status } = content;
    await parts.onTemplateResult(ctx, { templateMsgId, status });
    return NONE;
  }
  const arriving = arrivalOf(content);
  if (!arriving) return NONE;
  const enrolment = await members.enrol(ctx, { openId, at: sentAt, ...arriving });
  const { member, occasion } = enrolment;
  // An old follow that arrives after the unfollow: nobody is there.
  if (member.status === 'left') return NONE;
  const actor = { type: 'member', id: member._id } as const;
  const arrival = { occasion, scene: arriving.scene };
  return answerMember(parts, { ctx: { ...ctx, actor }, message, member, arrival });
}

/** Whether the sender of a push waits for a reply to it. */
export function isAwaited({ content }: InboundMessage): boolean {
  return arrivalOf(content) !== null;
}

interface Arriving {
  readonly by: 'subscribe' | 'scan' | 'message';
  readonly scene: string | null;
}

/** How a push makes its sender a member; null for what does not, and gets no answer. */
function arrivalOf(content: Content): Arriving | null {
  switch (content.type) {
    case 'subscribe':
    case 'scan':
      return { by: content.type, scene: content.scene };
    case 'text':
    case 'image':
    case 'voice':
    case 'video':
    case 'shortvideo':
    case 'location':
    case 'link':
    case 'click':
      return { by: 'message', scene: null };
    default:
      return null;
  }
}

interface MemberMessage {
  readonly ctx: Context;
  readonly message: InboundMessage;
  readonly member: members.Member;
  readonly arrival: Arrival;
}

async function answerMember(parts: AnswerParts, said: MemberMessage): Promise<Reply> {
  const { ctx, message, member } = said;
  const store = forgivingStore(parts.store, ctx.log);
  const conversations = dialogStore(store);
  const [found, pending] = await Promise.all([
    conversations.find(member._id),
    parts.late(store).take(message.openId),
  ]);
  if (found.answered?.cause === ctx.cause) return found.answered.reply;
  const dialogs = dialogsAt(ctx.now, found, registry);
  const turn = await turnOf(parts, { ...said, store, dialogs });
  const spoken = await spokenReply(parts, turn, said.arrival);
  const reply =
    pending === null ? spoken : withLine(spoken, turn.words('pending.result', { result: pending }));
  const changed = dialogs.changed();
  if (changed) {
    const answered = { cause: ctx.cause, reply };
    await conversations.keep(member._id, { ...changed, answered });
  }
  return reply;
}

async function spokenReply(parts: AnswerParts, turn: Turn, arrival: Arrival): Promise<Reply> {
  const { ctx, member } = turn;
  try {
    await mustBeWithinLimit(ctx, turn.store, member._id);
    return await replyTo(turn, arrival);
  } catch (error) {
    if (isUnavailable(error) || isOutcomeOpen(error)) throw error;
    return refusalWords(parts.catalogue, member.language).refusal(error, ctx);
  }
}

async function replyTo(turn: Turn, arrival: Arrival): Promise<Reply> {
  const { content } = turn.message;
  switch (content.type) {
    case 'subscribe':
    case 'scan':
      return welcome(turn, arrival);
    case 'text':
      return respond(turn);
    case 'click': {
      const intent = content.key.toLowerCase();
      return isIntent(intent) ? respondToCommand(turn, intent) : turn.say('feature.absent');
    }
    case 'voice':
      return turn.say('media.voice');
    case 'location':
      return turn.say('media.location');
    case 'link':
      return suggest(turn, []);
    default:
      return turn.say('media.image');
  }
}

async function turnOf(
  { catalogue, links }: AnswerParts,
  said: MemberMessage & Pick<Turn, 'store' | 'dialogs'>,
): Promise<Turn> {
  const { ctx, message, member, store, dialogs } = said;
  const { tapLinks, bars } = await settings.read(ctx, 'chat');
  const words = catalogue.say(member.language, { tapLinks, bars });
  const say: Say<Reply> = (key, ...facts) => ({ type: 'text', text: words(key, ...facts) });
  const typed = message.content.type === 'text' ? message.content.text : '';
  const understood = understand(typed);
  const text = normalise(typed);
  return { ctx, member, message, text, understood, say, words, links, dialogs, store };
}
