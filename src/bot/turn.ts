import type { Context } from '../kernel/context.ts';
import type { MemberId } from '../kernel/ids.ts';
import type * as members from '../loyalty/members/index.ts';
import type { InboundMessage, Reply } from '../wechat/index.ts';
import type { Say } from '../wording/index.ts';
import type { Listeners } from './listeners.ts';
import type { Store } from './patient-key-value.ts';
import type { Understood } from './understand/index.ts';

/** One turn of a conversation: a follower's message, waiting for its one reply. */
export interface Turn {
  readonly ctx: Context;
  readonly member: members.Member;
  readonly message: InboundMessage;
  /** What was typed, normalised; empty for a tap on the menu of the account. */
  readonly text: string;
  /** What it asks for as a command. */
  readonly understood: Understood;
  /** Makes the reply that says a message of the catalogue, in the member's language. */
  readonly say: Say<Reply>;
  /** Says a part of a message: a row, a label. */
  readonly words: Say<string>;
  readonly links: Links;
  readonly dialogs: Dialogs;
  /** What a conversation may remember beyond its dialog, and may lose. */
  readonly store: Store;
  readonly remindOfCheckIn: Listeners['remindOfCheckIn'];
}

/** Where texts may point: only to pages that exist. All are whole addresses of our own host. */
export interface Links {
  /** The member's own address form, by a token that is valid for 30 minutes. */
  readonly address: (memberId: MemberId, now: Date) => string;
  readonly rules: () => string;
  readonly privacy: () => string;
}

/** The conversation of one follower, as one turn sees and changes it. */
export interface Dialogs {
  /** What waits for an answer, if it is not over. */
  readonly current: Standing | null;
  /** The flow under it, interrupted by another list. */
  readonly interrupted: Standing | null;
  /** Goes to a step. A flow of another name that waits is kept under it. */
  goTo(dialog: DialogForm, next: NextStep): void;
  /** Ends what waits; the flow under it waits again. */
  end(): void;
  /** Takes up the interrupted flow; the list above it is over. */
  resume(): void;
  /** Writes down where it stands before something that may outlast this turn. */
  keep(): Promise<void>;
}

export type DialogName = 'redeem' | 'quiz' | 'tasks' | 'orders' | 'menu';

/** A dialog and the form of its state: what an older release left behind is forgotten. */
export interface DialogForm {
  readonly name: DialogName;
  readonly version: number;
}

export interface NextStep<State = unknown> {
  readonly step: string;
  readonly state: State;
  /** Minutes until it is over; 10 unless it is said. */
  readonly lifeMinutes?: number;
}

/** Where a conversation of several turns stands. Small and plain; holds no personal data. */
export interface Standing<State = unknown> extends DialogForm {
  readonly step: string;
  readonly state: State;
  /** ISO 8601. It is over then, whatever the store still holds. */
  readonly expiresAt: string;
}

/**
 * What the tapped word carried, when it was one that is valid under one text only; null for a word
 * that was typed.
 */
export function tokenOf({ message }: Turn): string | null {
  const { content } = message;
  if (content.type !== 'text' || content.menuToken === content.text) return null;
  return content.menuToken;
}
