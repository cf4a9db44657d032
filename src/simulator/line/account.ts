import { assert } from '../../kernel/assert.ts';
import type { Lock } from './cipher.ts';

/** The pretend Official Account, as its owner would have set it up in WeChat's console. */
export interface Account {
  /** How the account is called on its page. */
  readonly name: string;
  readonly appId: string;
  readonly token: string;
  readonly mode: 'plain' | 'compatible' | 'safe';
  /** 43 characters; needed unless the mode is plain. */
  readonly aesKey: string | null;
  /** `gh_…`: the name under which the account sends and receives. */
  readonly originalId: string;
}

/** What pushes are encrypted with, or null in plain mode. */
export function lockOf({ appId, mode, aesKey }: Account): Lock | null {
  if (mode === 'plain') return null;
  assert(aesKey, `${mode} mode needs an EncodingAESKey`);
  return { appId, aesKey };
}
