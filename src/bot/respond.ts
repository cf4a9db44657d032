import type { Reply } from '../wechat/index.ts';
import { says } from './conversation-words.ts';
import { dialogs as registry } from './dialogs/index.ts';
import { confirmNothing } from './dialogs/settle-order.ts';
import { answerUnknown, leaveLadder, suggest } from './fallback.ts';
import { features } from './features/index.ts';
import { type Standing, type Turn, tokenOf } from './turn.ts';
import { commandOf, type Intent, understand } from './understand/index.ts';

/**
 * Finds what a text is about, in this order: a question mark, what the conversation waits for, what
 * only means something in a conversation, a command.
 */
export async function respond(turn: Turn): Promise<Reply> {
  const { understood, text, say } = turn;
  const before = [turn.dialogs.current, turn.dialogs.interrupted];
  if (understood.intent === 'help' && understood.confidence === 1) {
    return understoodReply(turn, { reply: await perform(turn, 'help'), before, by: null });
  }
  if (text === '') return say('unknown.sticker');
  const taken = await takenByDialog(turn, before);
  if (taken) return taken;
  const spoken = await conversationWord(turn, before);
  if (spoken) {
    await leaveLadder(turn);
    return spoken;
  }
  return command(turn, before);
}

/** Runs a command that was chosen from the account's menu or from a list. */
export async function respondToCommand(turn: Turn, intent: Intent): Promise<Reply> {
  const before = [turn.dialogs.current, turn.dialogs.interrupted];
  const understood = understand(commandOf(intent).words[0]);
  const reply = await perform({ ...turn, understood }, intent);
  return understoodReply(turn, { reply, before, by: null });
}

type Before = readonly (Standing | null)[];

async function takenByDialog(turn: Turn, before: Before): Promise<Reply | null> {
  const { dialogs } = turn;
  const first = dialogs.current;
  const taken = first && (await take(turn, first));
  if (taken) {
    if (taken.type !== 'command') return understoodReply(turn, { reply: taken, before, by: first });
    dialogs.end();
    return respondToCommand(turn, taken.intent);
  }
  const below = dialogs.interrupted;
  if (!below || !says('confirm', turn.text)) return null;
  // A confirmation means the question that is still open, though a list was shown since.
  dialogs.resume();
  const confirmed = await take(turn, below);
  if (!confirmed || confirmed.type === 'command') return null;
  return understoodReply(turn, { reply: confirmed, before, by: below });
}

function take(turn: Turn, at: Standing) {
  return registry.get(at.name)?.take(turn, at as never) ?? null;
}

async function conversationWord(turn: Turn, before: Before): Promise<Reply | null> {
  const { text, say } = turn;
  if (says('confirm', text)) return confirmNothing(turn, tokenOf(turn));
  if (says('resume', text)) return resume(turn);
  if (says('back', text)) return goBack(turn, before);
  return says('more', text) ? say('more.none') : null;
}

async function resume(turn: Turn): Promise<Reply> {
  const { dialogs, say } = turn;
  if (dialogs.interrupted && !isFlow(dialogs.current)) dialogs.resume();
  const { current } = dialogs;
  if (!current || !isFlow(current)) return say('resume.none');
  return (await registry.get(current.name)?.ask(turn, current as never)) ?? say('resume.none');
}

async function goBack(turn: Turn, before: Before): Promise<Reply> {
  const { current } = turn.dialogs;
  const back = current && (await registry.get(current.name)?.back(turn, current as never));
  return back ?? understoodReply(turn, { reply: await perform(turn, 'cancel'), before, by: null });
}

async function command(turn: Turn, before: Before): Promise<Reply> {
  const { understood } = turn;
  const { intent, asksFirst, confidence } = understood;
  if (intent === 'unknown' || confidence <= 0.5) return answerUnknown(turn);
  // What is not sure enough is asked for, unless it takes nothing before it has asked itself.
  if (asksFirst && features.has(intent) && !features.get(intent)?.asksItself) {
    return suggest(turn, [intent]);
  }
  return understoodReply(turn, { reply: await perform(turn, intent), before, by: null });
}

async function perform(turn: Turn, intent: Intent): Promise<Reply> {
  return features.get(intent)?.reply(turn) ?? turn.say('feature.absent');
}

interface Replied {
  readonly reply: Reply;
  readonly before: Before;
  /** The dialog that replied; null for a command. */
  readonly by: Standing | null;
}

/** Adds the line about a flow that still waits. */
async function understoodReply(turn: Turn, { reply, before, by }: Replied): Promise<Reply> {
  await leaveLadder(turn);
  const { current, interrupted } = turn.dialogs;
  const waiting = [current, interrupted].find(
    (standing) =>
      standing !== null && standing !== by && before.includes(standing) && isFlow(standing),
  );
  const line = waiting && registry.get(waiting.name)?.resumeLine?.(turn);
  return line && reply.type === 'text' ? { ...reply, text: `${reply.text}\n${line}` } : reply;
}

function isFlow(standing: Standing | null): boolean {
  return standing !== null && Boolean(registry.get(standing.name)?.resumeLine);
}
