import type { Context } from '../kernel/context.ts';
import * as members from '../loyalty/members/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import { isUnavailable } from '../platform/failures.ts';
import type { Content, InboundMessage, Reply } from '../wechat/index.ts';
import type { Catalogue, Say } from '../wording/index.ts';
import { withContactLine } from './contact-line.ts';
import { type Conversation, dialogsAt } from './dialog.ts';
import { dialogStore } from './dialog-store.ts';
import { dialogs as registry } from './dialogs/index.ts';
import { suggest } from './fallback.ts';
import { forgivingStore } from './forgiving-store.ts';
import { contactOf, handOn } from './hand-on.ts';
import type { Contact, Listeners } from './listeners.ts';
import { mustBeWithinLimit } from './message-limit.ts';
import { isOutcomeOpen } from './outcome-open.ts';
import type { Store } from './patient-key-value.ts';
import { pendingLines } from './pending-lines.ts';
import { refusalWords } from './refusal-words.ts';
import { respond, respondToCommand } from './respond.ts';
import { withPending } from './tell-pending.ts';
import type { Links, Turn } from './turn.ts';
import { isIntent, normalise, understand } from './understand/index.ts';
import { type Arrival, welcome } from './welcome.ts';

const NONE: Reply = { type: 'none' };

export interface AnswerParts extends Listeners {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly links: Links;
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
    // Nothing of before waits for who comes back.
    await pendingLines(forgivingStore(parts.store, ctx.log)).keep(openId, []);
    return NONE;
  }
  const contact = contactOf(message);
  const arriving = arrivalOf(content);
  if (!arriving) {
    if (contact) hear(parts, contact, ctx);
    await handOn(parts, message, ctx);
    return NONE;
  }
  const enrolment = await members.enrol(ctx, { openId, at: sentAt, ...arriving });
  const { member, occasion } = enrolment;
  // An old follow that arrives after the unfollow: nobody is there.
  if (member.status === 'left') return NONE;
  if (contact) hear(parts, contact, ctx);
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

/** Nobody waits for it: a window that is not kept costs a notice another way. */
function hear({ onContact }: AnswerParts, contact: Contact, { log }: Context): void {
  onContact(contact).catch((error: unknown) => log.warn({ err: error }, 'contact not kept'));
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
  const pending = pendingLines(store);
  const [found, before, lines] = await Promise.all([
    conversations.find(member._id),
    conversations.before(ctx.cause),
    pending.find(message.openId),
  ]);
  if (found.answered?.cause === ctx.cause) return found.answered.reply;
  const keep = (changed: Conversation, reply: Reply | null) =>
    conversations.keep(member._id, {
      ...changed,
      answered: reply ? { cause: ctx.cause, reply } : found.answered,
      sentAtMs: message.sentAt.getTime(),
    });
  // A repeat is understood as the message was at first, whatever has been said since.
  const dialogs = dialogsAt(ctx.now, before ?? found, {
    registry,
    keep: (changed) => keep(changed, null),
  });
  if (!before && dialogs.current) await conversations.begin(ctx.cause, found);
  const turn = await turnOf(parts, { ...said, store, dialogs });
  const spoken = await spokenReply(parts, turn, said.arrival);
  const { onTelling } = parts;
  const told = await withPending(turn, spoken, { pending, lines, onTelling });
  const reply = await withContactLine(turn, told, parts);
  const changed = dialogs.changed();
  if (changed) await keep(changed, reply);
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
  { catalogue, links, remindOfCheckIn }: AnswerParts,
  said: MemberMessage & Pick<Turn, 'store' | 'dialogs'>,
): Promise<Turn> {
  const { ctx, message, member, store, dialogs } = said;
  const { tapLinks, bars } = await settings.read(ctx, 'chat');
  const words = catalogue.say(member.language, { tapLinks, bars });
  const say: Say<Reply> = (key, ...facts) => ({ type: 'text', text: words(key, ...facts) });
  const typed = message.content.type === 'text' ? message.content.text : '';
  const understood = understand(typed);
  const text = normalise(typed);
  return {
    ctx,
    member,
    message,
    text,
    understood,
    say,
    words,
    links,
    dialogs,
    store,
    remindOfCheckIn,
  };
}
