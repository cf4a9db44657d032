import type { Reply } from '../wechat/index.ts';
import type { DialogForm, Dialogs, Standing, Turn } from './turn.ts';
import type { Intent } from './understand/index.ts';

/** A conversation of several turns: what is said at each step, and what a text does to it. */
export interface Dialog<State> extends DialogForm {
  /** The line under the answer to another command while this one waits; null for a mere list. */
  readonly resumeLine: ((turn: Turn) => string) | null;
  /** Puts the question of its step again, with today's facts. */
  readonly ask: (turn: Turn, at: Standing<State>) => Promise<Reply>;
  readonly take: (turn: Turn, at: Standing<State>) => Promise<Taken>;
  /** One step back. Null at the first step, where going back cancels. */
  readonly back: (turn: Turn, at: Standing<State>) => Promise<Reply | null>;
  /** Says what was dropped, and that nothing was spent. */
  readonly dropped: (turn: Turn, at: Standing<State>) => Reply;
}

/** What a text did: a reply, or the command it chose. Null: it means nothing here. */
export type Taken = Reply | { readonly type: 'command'; readonly intent: Intent } | null;

/** What is written down of a conversation. */
export interface Conversation {
  readonly current: Standing | null;
  readonly interrupted: Standing | null;
}

export interface DialogsOfTurn extends Dialogs {
  /** What has to be written down, or null when this turn changed nothing. */
  changed(): Conversation | null;
}

const LIFE_MINUTES = 10;

export interface DialogParts {
  readonly registry: ReadonlyMap<string, Dialog<never>>;
  /** Writes a conversation down while its turn goes on. */
  readonly keep: (conversation: Conversation) => Promise<void>;
}

/** The conversation as it was found, without what is over by now or of another form. */
export function dialogsAt(
  now: Date,
  found: Conversation,
  { registry, keep }: DialogParts,
): DialogsOfTurn {
  const live = (standing: Standing | null) => {
    if (standing === null || new Date(standing.expiresAt) <= now) return null;
    return registry.get(standing.name)?.version === standing.version ? standing : null;
  };
  const isFlow = ({ name }: Standing) => Boolean(registry.get(name)?.resumeLine);
  let interrupted = live(found.interrupted);
  let current = live(found.current) ?? interrupted;
  if (current === interrupted) interrupted = null;
  let isChanged = false;
  return {
    get current() {
      return current;
    },
    get interrupted() {
      return interrupted;
    },
    goTo({ name, version }, { step, state, lifeMinutes = LIFE_MINUTES }) {
      if (current !== null && current.name !== name && isFlow(current)) interrupted = current;
      if (interrupted?.name === name) interrupted = null;
      const expiresAt = new Date(now.getTime() + lifeMinutes * 60_000).toISOString();
      current = { name, version, step, state, expiresAt };
      isChanged = true;
    },
    end() {
      current = interrupted;
      interrupted = null;
      isChanged = true;
    },
    resume() {
      if (interrupted === null) return;
      current = interrupted;
      interrupted = null;
      isChanged = true;
    },
    async keep() {
      if (isChanged) await keep({ current, interrupted });
    },
    changed: () => (isChanged ? { current, interrupted } : null),
  };
}
