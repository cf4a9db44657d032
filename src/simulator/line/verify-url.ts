import { randomInt } from 'node:crypto';
import type { Platform } from '../platform.ts';
import { signedQuery } from './push.ts';

/** Asks the service whether it is the one, as saving the address in WeChat's console does (reference 1.2). */
export async function verifyUrl({
  account,
  deliver,
  world,
  patienceMs,
}: Platform): Promise<boolean> {
  const echostr = String(randomInt(2 ** 47));
  const query = { ...signedQuery(account, world.clock.now()), echostr };
  const signal = AbortSignal.timeout(patienceMs);
  const { status, body } = await deliver({ method: 'GET', query, body: '', signal });
  return status === 200 && body === echostr;
}
