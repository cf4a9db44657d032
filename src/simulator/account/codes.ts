import type { World } from '../world/world.ts';
import type { Code } from './belongings.ts';

/** What a scan tells: what the code holds, and the ticket by which it was made. */
export interface Scanned {
  readonly scene: string;
  readonly ticket: string;
}

/** The code with this ticket; null for none, and for one that is over. */
export function findCode({ state, clock }: World, ticket: string): Code | null {
  const code = state.codes.find((one) => one.ticket === ticket);
  const isOver = code?.until != null && code.until * 1000 <= clock.now().getTime();
  return code && !isOver ? code : null;
}

/** A scan of what the account's codes hold; a made-up ticket where no code was made for it. */
export function scanned({ state }: World, scene: string): Scanned {
  const code = state.codes.findLast((one) => one.scene === scene);
  return { scene, ticket: code?.ticket ?? Buffer.from(scene).toString('base64url') };
}
