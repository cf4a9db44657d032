import { later } from '../../kernel/business-day.ts';
import { timeOfId } from '../../kernel/ids.ts';
import type { Account } from './account.model.ts';
import { dayStartMs } from './day-start.ts';
import { limits } from './limits.ts';

const KEY = /^[\x21-\x7e]{1,200}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

export function isKey(key: string): boolean {
  return KEY.test(key);
}

/**
 * The newest time that the key itself tells: the start of a business day in it, or the making of an
 * id in it. Before it the fact cannot have been posted. It depends on the key alone, so every attempt
 * says the same. Milliseconds; undefined for a key that tells no time.
 */
export function keyTimeMs(key: string): number | undefined {
  let newest: number | undefined;
  for (const part of key.split(':')) {
    const ms = DAY.test(part) ? dayStartMs(part) : timeOfId(part);
    if (ms === undefined || Number.isNaN(ms)) continue;
    if (newest === undefined || ms > newest) newest = ms;
  }
  return newest;
}

function isRemembered(account: Account, key: string): boolean {
  return (
    account.outbox.some((entry) => entry.key === key) ||
    account.recentKeys.some((item) => item.key === key)
  );
}

/** Whether a key that is not remembered cannot have been used: the fact is younger than the memory. */
export function isCertainlyNew(account: Account, key: string): boolean {
  if (account.version === 0) return true;
  const ms = keyTimeMs(key);
  return ms !== undefined && ms - limits.clockToleranceMs > account.keysCompleteSince.getTime();
}

/** Whether only the collection `entries` can tell if this fact happened before. */
export function needsLookUp(account: Account, key: string): boolean {
  return isKey(key) && !isCertainlyNew(account, key) && !isRemembered(account, key);
}

/** Forgets entries that are known to lie in `entries`; their keys stay a while longer. */
export function dropRelayed(account: Account, relayedSeq: number): Account {
  const first = account.outbox[0];
  if (first === undefined || first.seq > relayedSeq) return account;
  const gone = account.outbox.filter(({ seq }) => seq <= relayedSeq);
  const keys = [
    ...account.recentKeys,
    ...gone.map(({ key, seq, postedAt }) => ({ key, seq, postedAt })),
  ];
  const forgotten = keys[keys.length - limits.recentKeysMax - 1];
  return {
    ...account,
    outbox: account.outbox.filter(({ seq }) => seq > relayedSeq),
    recentKeys: keys.slice(-limits.recentKeysMax),
    keysCompleteSince: forgotten
      ? later(account.keysCompleteSince, forgotten.postedAt)
      : account.keysCompleteSince,
  };
}
