import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Log } from '../../kernel/context.ts';
import { Belongings, firstBelongings } from '../account/belongings.ts';
import type { Push } from '../line/push.ts';
import { asFollower, Follower, type Newcomer } from './follower.ts';
import { type SavesFile, savesFile } from './saves-file.ts';
import type { TurnableClock } from './turnable-clock.ts';

const State = Belongings.extend({
  offsetMs: z.number(),
  /** The last `MsgId` that was given out. */
  lastMsgId: z.string().regex(/^\d+$/),
  /** How many template messages were sent; the last one's number. */
  templateMessages: z.number(),
  /** How many new followers the page has made. */
  newcomers: z.number(),
  followers: z.array(Follower),
});

/** What survives a restart. */
export type State = z.infer<typeof State>;

/** The platform's own memory: who follows, the clock, what the account owns. */
export interface World extends SavesFile {
  readonly state: State;
  /** The same people by their open ids. */
  readonly people: Map<string, Follower>;
  readonly clock: TurnableClock;
  /** Messages of late by `MsgId`, so that one can be delivered again as it was. */
  readonly sent: Map<string, Push>;
  /** Template messages of the last minutes, by follower and `client_msg_id`. */
  readonly clientIds: Map<string, { readonly msgid: number; readonly at: number }>;
  /** Forgets the people and what the account owns, and begins with the first followers again. */
  reset(): void;
}

export interface WorldOptions {
  readonly dataFile: string;
  readonly clock: TurnableClock;
  readonly followers: readonly Newcomer[];
  readonly log: Log;
}

/** Reads the world from its file, or makes a new one, and sets the clock to where it was. */
export async function openWorld({ dataFile, clock, followers, log }: WorldOptions): Promise<World> {
  const saved = await read(dataFile, log);
  const state = saved ?? { ...fresh(followers), ...BEGINNING, offsetMs: clock.offsetMs() };
  clock.advance(state.offsetMs - clock.offsetMs());
  const people = new Map(state.followers.map((follower) => [follower.openId, follower]));
  for (const newcomer of followers.filter(({ openId }) => !people.has(openId))) {
    const follower = asFollower(newcomer);
    state.followers.push(follower);
    people.set(follower.openId, follower);
  }
  const sent = new Map<string, Push>();
  return {
    ...savesFile({
      file: dataFile,
      log,
      snapshot: () => ({ ...state, offsetMs: clock.offsetMs() }),
    }),
    state,
    people,
    clock,
    sent,
    clientIds: new Map(),
    reset() {
      Object.assign(state, fresh(followers));
      people.clear();
      for (const follower of state.followers) people.set(follower.openId, follower);
      sent.clear();
    },
  };
}

const BEGINNING = { lastMsgId: '0', templateMessages: 900_000 };

function fresh(followers: readonly Newcomer[]) {
  return { ...firstBelongings(), newcomers: 0, followers: followers.map(asFollower) };
}

async function read(file: string, log: Log): Promise<State | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const state = State.safeParse(parsed(text));
  if (state.success) return state.data;
  log.warn({ file }, 'simulator file unreadable, a new world begins');
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no JSON is no state either, and is logged as such
  }
}
