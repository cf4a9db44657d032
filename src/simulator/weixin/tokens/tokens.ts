import { randomBytes } from 'node:crypto';
import { businessDayOf } from '../../../kernel/business-day.ts';
import type { Clock } from '../../../kernel/context.ts';
import { ApiProblem } from '../api-problem.ts';

/** The access tokens that the platform has given out (reference 4.2). */
export interface Tokens {
  /** The same token while it is valid, a new one in its last five minutes. */
  stable(force: boolean): Granted;
  /** A new token each time; the one before lives five minutes more. */
  ordinary(): Granted;
  /** @throws ApiProblem 40001 for a token that is none, 42001 for one that is over */
  check(token: string | undefined): void;
  /** From now on none of those given out is good. */
  forget(): void;
  /** How many have been made. */
  issued(): number;
}

export interface Granted {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
}

interface Token {
  readonly text: string;
  until: number;
}

const LIFE_MS = 7_200_000;
const OVERLAP_MS = 300_000;
const FORCED_APART_MS = 30_000;
const FORCED_A_DAY = 20;

/** Keeps the tokens of one account; they are over by `clock`. */
export function keepTokens(clock: Clock): Tokens {
  const known = new Map<string, Token>();
  const now = () => clock().getTime();
  let stable: Token | null = null;
  let ordinary: Token | null = null;
  let forced = { day: '', times: 0, at: Number.NEGATIVE_INFINITY };
  let issued = 0;

  function make(): Token {
    issued += 1;
    const token = { text: `sim_${issued}_${randomBytes(24).toString('base64url')}`, until: 0 };
    token.until = now() + LIFE_MS;
    known.set(token.text, token);
    for (const [text, { until }] of known) if (until + LIFE_MS < now()) known.delete(text);
    return token;
  }

  /** Forcing is rationed; one time too many simply does nothing. */
  function mayForce(): boolean {
    const day = businessDayOf(clock());
    const times = forced.day === day ? forced.times : 0;
    if (times >= FORCED_A_DAY || now() - forced.at < FORCED_APART_MS) return false;
    forced = { day, times: times + 1, at: now() };
    return true;
  }

  return {
    stable(force) {
      if (stable && force && mayForce()) {
        known.delete(stable.text);
        stable = null;
      }
      if (!stable || stable.until - now() <= OVERLAP_MS) stable = make();
      return granted(stable, now());
    },
    ordinary() {
      if (ordinary) ordinary.until = Math.min(ordinary.until, now() + OVERLAP_MS);
      ordinary = make();
      return granted(ordinary, now());
    },
    check(token) {
      if (!token) throw new ApiProblem(41001, 'access_token missing');
      const found = known.get(token);
      if (!found) throw new ApiProblem(40001, 'invalid credential, access_token is invalid');
      if (found.until <= now()) throw new ApiProblem(42001, 'access_token expired');
    },
    forget() {
      known.clear();
      stable = null;
      ordinary = null;
    },
    issued: () => issued,
  };
}

function granted({ text, until }: Token, now: number): Granted {
  return { access_token: text, expires_in: Math.floor((until - now) / 1000) };
}
