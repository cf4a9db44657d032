import type { Log } from '../kernel/context.ts';
import type * as wording from '../wording/index.ts';
import { type FollowAct, follow, type SayAct, say, scan, tap, unfollow } from './acts.ts';
import type { Account } from './line/account.ts';
import type { Told } from './line/tell.ts';
import { verifyUrl } from './line/verify-url.ts';
import type { Deliver, Platform } from './platform.ts';
import { answerCall, type RawCall } from './weixin/answer-call.ts';
import { keepTokens } from './weixin/tokens.ts';
import { type Errands, runErrands } from './world/errands.ts';
import { type Exchange, keepExchanges } from './world/exchanges.ts';
import { keepTranscript, type Line } from './world/transcript.ts';
import { type Turn, turnClock } from './world/turn-clock.ts';
import type { TurnableClock } from './world/turnable-clock.ts';
import { type Newcomer, openWorld } from './world/world.ts';

/** Whom the pretend WeChat serves, and what it is given. */
export interface EngineOptions {
  readonly account: Account;
  /** How a push reaches the service: a request to itself, or `inject` in a test. */
  readonly deliver: Deliver;
  /** The clock of the whole service, which the page can turn. */
  readonly clock: TurnableClock;
  /** Runs every job that became due since the clock was turned, in order. */
  readonly runDueJobs: () => Promise<unknown>;
  /** Keeps followers, windows, menu and the clock's offset; written whole. */
  readonly dataFile: string;
  /** Whom the world begins with. */
  readonly followers: readonly Newcomer[];
  /** The words of the page, and of what the phone shows by itself. */
  readonly say: wording.Say<string>;
  readonly log: Log;
  /** How long a push may take in milliseconds of real time; 5,000, as on the platform. */
  readonly patienceMs?: number;
}

/** The pretend WeChat without its pages. */
export interface Engine {
  /** Follows, by a code when `scene` is given; without an open id somebody new comes. */
  follow(act: FollowAct): Promise<Told>;
  /** @throws NOT_FOLLOWING */
  unfollow(act: { readonly openId: string }): Promise<Told>;
  /** Writes a text, or taps a word. @throws NOT_FOLLOWING */
  say(act: SayAct): Promise<Told>;
  /** Taps a menu button, by its key or its address. @throws NOT_FOLLOWING */
  tap(act: { readonly openId: string; readonly key: string }): Promise<Told>;
  /** Scans a code; who does not follow yet follows by it. */
  scan(act: { readonly openId: string; readonly scene: string }): Promise<Told>;
  /** Turns the clock and answers when every job that became due has run. @throws TIME_INVALID */
  turnClock(turn: Turn): Promise<Date>;
  /** What a follower's phone shows, oldest first. */
  transcript(openId: string): readonly Line[];
  /** What went over the line, oldest first; with `after` only what has a larger id. */
  exchanges(after?: number): readonly Exchange[];
  /** Answers a request to the pretend `api.weixin.qq.com`. */
  answerCall(call: RawCall): Promise<{ readonly status: 200; readonly body: object }>;
  /** Whether the service answers the address check of the platform (reference 1.2). */
  verifyUrl(): Promise<boolean>;
  /** Resolves when every event that follows a sent template message has been delivered. */
  settled(): Promise<void>;
  /** Begins with the first followers again; transcript, exchanges and menu are gone. */
  reset(): Promise<void>;
  /** Drops what has not begun, and writes the file a last time. */
  close(): Promise<void>;
}

/** Starts the engine, and gives the parts of it that the page looks into. */
export async function startEngine(
  options: EngineOptions,
): Promise<{ readonly engine: Engine; readonly platform: Platform }> {
  const { account, clock, log } = options;
  const errands = runErrands(log);
  const platform: Platform = {
    account,
    deliver: options.deliver,
    patienceMs: options.patienceMs ?? 5000,
    world: await openWorld(options),
    transcript: keepTranscript(clock.now),
    exchanges: keepExchanges(),
    tokens: keepTokens(clock.now),
    calls: new Map(),
    words: options.say,
    soon: errands.soon,
    log,
  };
  return { platform, engine: engineOf(platform, errands, options.runDueJobs) };
}

function engineOf(
  platform: Platform,
  errands: Errands,
  runDueJobs: () => Promise<unknown>,
): Engine {
  const { world, transcript, exchanges } = platform;
  return {
    follow: (act) => follow(platform, act),
    unfollow: (act) => unfollow(platform, act),
    say: (act) => say(platform, act),
    tap: (act) => tap(platform, act),
    scan: (act) => scan(platform, act),
    async turnClock(turn) {
      turnClock(world.clock, turn);
      await world.save();
      await runDueJobs();
      await errands.settled();
      return world.clock.now();
    },
    transcript: (openId) => transcript.of(openId),
    exchanges: (after = 0) => exchanges.after(after),
    answerCall: (call) => answerCall(platform, call),
    verifyUrl: () => verifyUrl(platform),
    settled: () => errands.settled(),
    async reset() {
      transcript.clear();
      exchanges.clear();
      world.reset();
      await world.save();
    },
    async close() {
      errands.stop();
      await world.save();
    },
  };
}
