import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Log } from '../../kernel/context.ts';
import type { Push } from '../line/push.ts';
import { Button } from '../weixin/menu.ts';
import type { TurnableClock } from './turnable-clock.ts';
import { NO_WINDOWS } from './windows.ts';

const Window = z.object({ until: z.number(), left: z.number() }).readonly().nullable();

const Follower = z.object({
  openId: z.string(),
  name: z.string(),
  standing: z.enum(['new', 'following', 'left']),
  /** Seconds; 0 for somebody who never followed. */
  followedAt: z.number(),
  windows: z.object({ message: Window, tap: Window }).readonly(),
});

/** A WeChat user, as the platform knows one. */
export type Follower = z.infer<typeof Follower>;

/** Whom the world begins with. */
export type Newcomer = Pick<Follower, 'openId' | 'name' | 'standing'>;

const State = z.object({
  offsetMs: z.number(),
  /** The last `MsgId` that was given out. */
  lastMsgId: z.string().regex(/^\d+$/),
  /** How many template messages were sent; the last one's number. */
  templateMessages: z.number(),
  /** How many new followers the page has made. */
  newcomers: z.number(),
  followers: z.array(Follower),
  menu: z.array(Button).nullable(),
});

/** What survives a restart. */
export type State = z.infer<typeof State>;

/** The platform's own memory: who follows, the clock, the menu. */
export interface World {
  readonly state: State;
  readonly clock: TurnableClock;
  /** Messages of late by `MsgId`, so that one can be delivered again as it was. */
  readonly sent: Map<string, Push>;
  /** Template messages of the last minutes, by follower and `client_msg_id`. */
  readonly clientIds: Map<string, { readonly msgid: number; readonly at: number }>;
  /** Resolves when the state of this moment is in the file. */
  save(): Promise<void>;
  /** Forgets the people and the menu, and begins with the first followers again. */
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
  const missing = followers.filter(
    ({ openId }) => !state.followers.some((f) => f.openId === openId),
  );
  state.followers.push(...missing.map(asFollower));
  const sent = new Map<string, Push>();
  const save = savesTo(dataFile, () => ({ ...state, offsetMs: clock.offsetMs() }));
  return {
    state,
    clock,
    sent,
    clientIds: new Map(),
    save,
    reset() {
      Object.assign(state, fresh(followers));
      sent.clear();
    },
  };
}

const BEGINNING = { lastMsgId: '0', templateMessages: 900_000 };

function fresh(followers: readonly Newcomer[]) {
  return { newcomers: 0, followers: followers.map(asFollower), menu: null };
}

/** Somebody with whom nothing has happened yet. */
export function asFollower(newcomer: Newcomer): Follower {
  return { ...newcomer, followedAt: newcomer.standing === 'new' ? 0 : 1, windows: NO_WINDOWS };
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

/** Writes one after another, into a second file that then takes the place of the first. */
function savesTo(file: string, snapshot: () => State): () => Promise<void> {
  const temporary = `${file}.new`;
  let writing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  async function write(): Promise<void> {
    waiting = null;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, JSON.stringify(snapshot()), { mode: 0o600 });
    await rename(temporary, file);
  }
  return function save() {
    waiting ??= writing.then(write, write);
    writing = waiting;
    return waiting;
  };
}
