import type { Reply } from '../wechat/index.ts';
import { offerCommands } from './dialogs/menu.dialog.ts';
import { features } from './features/index.ts';
import type { Turn } from './turn.ts';
import { commandOf, type Intent } from './understand/index.ts';

/** Within so long the ladder goes on; its silence lasts as long. */
const LADDER_MS = 10 * 60_000;
/** The commands that `unknown.menu` offers, in its order. */
const MENU: readonly Intent[] = ['checkin', 'balance', 'redeem', 'orders', 'tasks'];

/**
 * What is said to a text that nothing understands: suggestions, a short menu, the page of rules, a last
 * word, and then nothing for ten minutes.
 */
export async function answerUnknown(turn: Turn): Promise<Reply> {
  const rung = await climb(turn);
  switch (rung) {
    case 1:
      return suggest(turn, turn.understood.suggestions);
    case 2:
      offerCommands(turn, MENU);
      return turn.say('unknown.menu');
    case 3:
      return turn.say('unknown.rules', { url: turn.links.rules() });
    case 4:
      return turn.say('unknown.quiet');
    default:
      return { type: 'none' };
  }
}

/** Asks whether one of these commands was meant; says what can be done when there is none. */
export function suggest(turn: Turn, intents: readonly Intent[]): Reply {
  const known = intents.filter((intent) => features.has(intent));
  if (known.length === 0) return turn.say('unknown.bare');
  offerCommands(turn, known);
  const choices = known.map((intent, index) =>
    turn.words('unknown.choice', { n: index + 1, word: commandOf(intent).words[0] }),
  );
  return turn.say('unknown.suggest', { choices: choices.join('　') });
}

/** Something was understood: the ladder begins at its foot again. */
export async function leaveLadder({ store, member }: Turn): Promise<void> {
  await store.delete(keyOf(member._id));
}

interface Ladder {
  readonly count: number;
  /** Milliseconds; when the first of these texts came, or the last word was said. */
  readonly since: number;
}

async function climb({ ctx, member, store }: Turn): Promise<number> {
  const key = keyOf(member._id);
  const found = await store.get(key);
  const before: Ladder = found === null ? { count: 0, since: 0 } : JSON.parse(found);
  const now = ctx.now.getTime();
  const isOver = now - before.since >= LADDER_MS;
  const count = isOver ? 1 : before.count + 1;
  // The silence is counted from the last word.
  const since = count === 1 || count === 4 ? now : before.since;
  await store.set(key, JSON.stringify({ count, since }), { ttlMs: LADDER_MS });
  return count;
}

function keyOf(memberId: string): string {
  return `unknown:${memberId}`;
}
