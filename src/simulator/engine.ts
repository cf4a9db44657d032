import type { Log } from '../kernel/context.ts';
import type * as wording from '../wording/index.ts';
import { keepMediaFiles } from './account/media-files.ts';
import {
  type FollowAct,
  follow,
  type SayAct,
  type ScanAct,
  say,
  scan,
  tap,
  unfollow,
} from './acts.ts';
import { type ConsentAct, consent } from './consent.ts';
import type { Account } from './line/account.ts';
import { keepPassing } from './line/passing.ts';
import type { Told } from './line/tell.ts';
import { verifyUrl } from './line/verify-url.ts';
import type { Deliver, Platform } from './platform.ts';
import { answerCall } from './weixin/answer-call.ts';
import type { Answered, RawCall } from './weixin/raw-call.ts';
import { keepSignIns } from './weixin/sns/sign-ins.ts';
import { keepTokens } from './weixin/tokens/tokens.ts';
import { keepCallCounts } from './world/call-counts.ts';
import { type Errands, runErrands } from './world/errands.ts';
import { type Exchange, keepExchanges } from './world/exchanges.ts';
import { type Fault, keepFaults } from './world/faults.ts';
import type { Newcomer } from './world/follower.ts';
import { keepTranscript, type Line } from './world/transcript.ts';
import { type Turn, turnClock } from './world/turn-clock.ts';
import type { TurnableClock } from './world/turnable-clock.ts';
import { openWorld } from './world/world.ts';

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
  readonly language: wording.Language;
  /** The address of a file of `templates/assets`. */
  readonly asset: (name: string) => string;
  readonly log: Log;
  /** How long a push may take in milliseconds of real time; 5,000, as on the platform. */
  readonly patienceMs?: number;
}

/** A fault with what differs from its defaults: once, always when there is a probability. */
export type FaultAsked = Pick<Fault, 'path' | 'kind'> & Partial<Fault>;

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
  /** Scans a code, by what it holds or its ticket; who does not follow yet follows. @throws CODE_UNKNOWN */
  scan(act: ScanAct): Promise<Told>;
  /** Answers a question for consent to notices, or takes one back (reference 5.4). */
  consent(act: ConsentAct): Promise<Told>;
  /** Turns the clock and answers when every job that became due has run. @throws TIME_INVALID */
  turnClock(turn: Turn): Promise<Date>;
  /** What a follower's phone shows, oldest first. */
  transcript(openId: string): readonly Line[];
  /** What went over the line, oldest first; with `after` only what has a larger id. */
  exchanges(after?: number): readonly Exchange[];
  /**
   * Answers a request to the pretend `api.weixin.qq.com`, or to a page of WeChat.
   * @throws LineBroken with the code `ECONNRESET` where a fault breaks the connection
   */
  answerCall(call: RawCall): Promise<Answered>;
  /** Makes something go wrong from now on. @throws FAULT_MISPLACED */
  addFault(fault: FaultAsked): void;
  /** What may still go wrong, oldest first. */
  faults(): readonly Fault[];
  clearFaults(): void;
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
  const world = await openWorld(options);
  const platform: Platform = {
    account,
    deliver: options.deliver,
    patienceMs: options.patienceMs ?? 5000,
    world,
    transcript: keepTranscript(clock.now),
    exchanges: keepExchanges(),
    tokens: keepTokens(clock.now),
    signIns: keepSignIns(clock.now),
    media: keepMediaFiles(world, `${options.dataFile.replace(/\.json$/, '')}-media`),
    counts: keepCallCounts(clock.now),
    faults: keepFaults(),
    passing: keepPassing(),
    tickets: new Map(),
    typing: new Map(),
    words: options.say,
    view: { say: options.say, language: options.language, asset: options.asset },
    soon: errands.soon,
    pause: errands.pause,
    log,
  };
  return { platform, engine: engineOf(platform, errands, options.runDueJobs) };
}

function engineOf(
  platform: Platform,
  errands: Errands,
  runDueJobs: () => Promise<unknown>,
): Engine {
  const { world, transcript, exchanges, faults } = platform;
  return {
    follow: (act) => follow(platform, act),
    unfollow: (act) => unfollow(platform, act),
    say: (act) => say(platform, act),
    tap: (act) => tap(platform, act),
    scan: (act) => scan(platform, act),
    consent: (act) => consent(platform, act),
    ...switchesOf(platform),
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
      faults.clear();
      await platform.media.clear();
      world.reset();
      await world.save();
    },
    async close() {
      errands.stop();
      await world.save();
    },
  };
}

const FAULT = { errcode: -1, status: 500, delayMs: 1000, skewSeconds: 3600, seed: 1 } as const;

function switchesOf({ faults }: Platform): Pick<Engine, 'addFault' | 'faults' | 'clearFaults'> {
  return {
    addFault({ probability = 1, times = probability < 1 ? null : 1, ...asked }) {
      const path = asked.path.replace(/^\//, '');
      const delayMs = asked.kind === 'silence' ? 60_000 : FAULT.delayMs;
      faults.add({ ...FAULT, delayMs, ...asked, path, probability, times });
    },
    faults: () => faults.list(),
    clearFaults: () => faults.clear(),
  };
}
