import type { Platform } from '../platform.ts';
import type { Fault } from '../world/faults.ts';
import type { Account } from './account.ts';
import { type Push, type Signed, signPush } from './push.ts';

/** How long a push waits at most for one that overtakes it, in milliseconds of real time. */
const OVERTAKEN_MS = 3000;

/** Waits as long as a fault keeps a push back. */
export async function readied(platform: Platform, fault: Fault | null): Promise<void> {
  if (fault?.kind === 'delay') await platform.pause(fault.delayMs);
  if (fault?.kind === 'reorder') await platform.passing.afterNext(platform.pause(OVERTAKEN_MS));
}

interface Spoilt {
  readonly push: Push;
  readonly at: Date;
  readonly fault: Fault | null;
}

/** Signs a push: by a clock that goes wrong, or with a signature that is none, where a fault wants it. */
export function spoiled(account: Account, { push, at, fault }: Spoilt): Signed {
  if (fault?.kind === 'signature') return signPush({ ...account, token: 'wrong' }, push, at);
  if (fault?.kind !== 'skew') return signPush(account, push, at);
  const createTime = push.createTime + fault.skewSeconds;
  const clock = new Date(at.getTime() + fault.skewSeconds * 1000);
  return signPush(account, { ...push, createTime }, clock);
}
