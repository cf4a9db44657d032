import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../kernel/context.ts';
import { ApiProblem } from '../api-problem.ts';

export type Scope = 'snsapi_base' | 'snsapi_userinfo';

/** Who has allowed what on a page of the service. */
export interface Allowed {
  readonly openId: string;
  readonly scope: Scope;
  /** A made-up identity of somebody who only looked at a snapshot page (reference 5.11). */
  readonly isSnapshot: boolean;
}

/** The tokens of one person, which have nothing to do with the account's own. */
export interface Grant {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly openid: string;
  readonly scope: Scope;
  readonly is_snapshotuser?: 1;
}

/** Codes and tokens of people who opened a page (reference 5.11). */
export interface SignIns {
  /** A code for one exchange, good for five minutes. */
  codeFor(allowed: Allowed): string;
  /** @throws ApiProblem 40029 for no code, 40163 for a used one, 42003 for one that is over */
  exchange(code: string): Grant;
  /** @throws ApiProblem 40030, 42002 */
  refresh(token: string): Grant;
  /** @throws ApiProblem 40001, 42001, 40003 for another person's token */
  check(token: string, openId: string): Allowed;
}

interface Kept {
  readonly allowed: Allowed;
  /** Milliseconds since 1970. */
  readonly until: number;
  isUsed: boolean;
}

const CODE_MS = 300_000;
const TOKEN_MS = 7_200_000;
const REFRESH_MS = 30 * 86_400_000;
const KEPT = 5000;

/** Keeps codes and tokens in memory; they are over by `clock`. */
export function keepSignIns(clock: Clock): SignIns {
  const [codes, tokens, refreshes] = [shelf(clock), shelf(clock), shelf(clock)];

  function grant(allowed: Allowed, refresh: string): Grant {
    const { openId: openid, scope, isSnapshot } = allowed;
    return {
      access_token: tokens.put(allowed, TOKEN_MS),
      expires_in: TOKEN_MS / 1000,
      refresh_token: refresh,
      openid,
      scope,
      ...(isSnapshot && { is_snapshotuser: 1 }),
    };
  }

  return {
    codeFor: (allowed) => codes.put(allowed, CODE_MS),
    exchange(code) {
      const kept = codes.get(code);
      if (!kept) throw new ApiProblem(40029, 'invalid code');
      if (kept.isUsed) throw new ApiProblem(40163, 'code been used');
      if (kept.until <= clock().getTime()) throw new ApiProblem(42003, 'code expired');
      kept.isUsed = true;
      return grant(kept.allowed, refreshes.put(kept.allowed, REFRESH_MS));
    },
    refresh(token) {
      const kept = refreshes.get(token);
      if (!kept) throw new ApiProblem(40030, 'invalid refresh_token');
      if (kept.until <= clock().getTime()) throw new ApiProblem(42002, 'refresh_token expired');
      return grant(kept.allowed, token);
    },
    check(token, openId) {
      const kept = tokens.get(token);
      if (!kept) throw new ApiProblem(40001, 'invalid credential, access_token is invalid');
      if (kept.until <= clock().getTime()) throw new ApiProblem(42001, 'access_token expired');
      if (kept.allowed.openId !== openId) throw new ApiProblem(40003, 'invalid openid');
      return kept.allowed;
    },
  };
}

function shelf(clock: Clock) {
  const all = new Map<string, Kept>();
  return {
    get: (key: string) => all.get(key),
    put(allowed: Allowed, lifeMs: number): string {
      const key = randomBytes(24).toString('base64url');
      all.set(key, { allowed, until: clock().getTime() + lifeMs, isUsed: false });
      const [oldest] = all.keys();
      if (all.size > KEPT && oldest !== undefined) all.delete(oldest);
      return key;
    },
  };
}
