import { createHash } from 'node:crypto';
import { randomBytes } from '../../kernel/random-bytes.ts';
import type { KeyValue } from '../../platform/key-value.ts';

/** A code lives five minutes after the person agreed; the rest is for agreeing. */
const LIFE = { ttlMs: 15 * 60_000 };
const STATE = /^[0-9a-f]{32}$/;

/** The `state` of a sign-in, bound to the browser session that began it (reference 5.11). */
export interface OauthStates {
  /** A new state for this session, for 15 minutes. */
  stateFor(session: string): Promise<string>;
  /** Whether this session was given that state and comes back with it for the first time. */
  take(session: string, state: string): Promise<boolean>;
}

/** Keeps states where all instances see them. Another session cannot use one up either. */
export function oauthStates(keyValue: KeyValue): OauthStates {
  const keyOf = (state: string) => `wechat:oauth-state:${state}`;
  return {
    async stateFor(session) {
      const state = randomBytes(16).toString('hex');
      await keyValue.set(keyOf(state), hashOf(session), LIFE);
      return state;
    },
    async take(session, state) {
      if (!STATE.test(state)) return false;
      if ((await keyValue.get(keyOf(state))) !== hashOf(session)) return false;
      // Of two who come at once a claim lets one through; reading and deleting would let both.
      return keyValue.claim(`${keyOf(state)}:taken`, 'taken', LIFE);
    },
  };
}

function hashOf(session: string): string {
  return createHash('sha256').update(session).digest('hex');
}
