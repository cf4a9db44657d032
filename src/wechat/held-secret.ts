import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../kernel/context.ts';
import { DomainError } from '../kernel/errors.ts';
import type { KeyValue } from '../platform/key-value.ts';

/** In its last five minutes a secret is replaced; the old one works that long beside the new one. */
const OVERLAP_SECONDS = 300;
const LIFE_SECONDS_MIN = 60;
/** After a failure the old one is used for so long before the next attempt. */
const REST_MS = 5000;
const POLL_MS = 50;
/** How much longer than one claim may last the others wait. */
const PATIENCE_MS = 2000;

/** A secret of the platform with a short life, one for all instances. */
export interface HeldSecret {
  /** One that is valid now. @throws what `fetch` throws; DomainError `missingCode` */
  current(): Promise<string>;
  /** Another one than `bad`, which was refused. @throws as `current` */
  refreshed(bad: string): Promise<string>;
}

export interface HeldSecretParts {
  /** Where the KeyValue holds it. */
  readonly key: string;
  readonly keyValue: KeyValue;
  readonly clock: Clock;
  /** Longer than `fetch` may take, so that only the claim of a dead process runs out. */
  readonly claimMs: number;
  readonly missingCode: string;
  /** Counts its own failures: while an old secret lasts nobody else hears of them. */
  fetch(): Promise<FreshSecret>;
}

export interface FreshSecret {
  readonly secret: string;
  readonly expiresInSeconds: number;
}

/** Where no end is written it ends when it has to be replaced. */
const held = z
  .object({ token: z.string(), refreshAtMs: z.number(), endsAtMs: z.number().optional() })
  .transform((read) => ({ ...read, endsAtMs: read.endsAtMs ?? read.refreshAtMs }));
type Held = z.infer<typeof held>;

/**
 * Keeps a secret in the KeyValue and gets a new one 300 s before its end. However many ask at once,
 * in one instance or in several, one of them calls `fetch`; the others use the old one while it
 * lasts, and wait when there is none. What was found is remembered until it has to be replaced or is
 * refused: what another instance has got since then is found in the KeyValue.
 */
export function heldSecret(parts: HeldSecretParts): HeldSecret {
  const { key, keyValue, clock, claimMs, missingCode } = parts;
  const claimed = `${key}:claim`;
  let asked: Promise<string> | null = null;
  let remembered: Held | null = null;

  async function other(bad: string | null): Promise<string> {
    remembered = await find(parts, bad);
    if (remembered && isFresh(remembered, clock)) return remembered.token;
    asked ??= renewed(bad).finally(() => {
      asked = null;
    });
    return asked;
  }

  async function renewed(bad: string | null): Promise<string> {
    for (let waitedMs = 0; waitedMs < claimMs + PATIENCE_MS; waitedMs += POLL_MS) {
      if (await keyValue.claim(claimed, 'working', { ttlMs: claimMs })) {
        return fetchUnlessFound(parts, bad).finally(() => keyValue.delete(claimed));
      }
      const found = await find(parts, bad);
      if (found) return found.token;
      await sleep(POLL_MS);
    }
    const message = 'nobody got the secret in time';
    throw new DomainError({ kind: 'unavailable', code: missingCode, message });
  }

  return {
    async current() {
      return remembered && isFresh(remembered, clock) ? remembered.token : other(null);
    },
    async refreshed(bad) {
      const secret = await other(bad);
      // Who asked first, and is waited for, may not have known that this one is refused.
      return secret === bad ? other(bad) : secret;
    },
  };
}

function isFresh({ refreshAtMs }: Held, clock: Clock): boolean {
  return refreshAtMs > clock().getTime();
}

/** What is held and not over, unless it is `bad`. */
async function find(
  { key, keyValue, clock }: HeldSecretParts,
  bad: string | null,
): Promise<Held | null> {
  const text = await keyValue.get(key);
  const read = held.safeParse(text === null ? null : JSON.parse(text));
  if (!read.success || read.data.token === bad) return null;
  return read.data.endsAtMs > clock().getTime() ? read.data : null;
}

/** Who claims after another has finished finds what that one got. */
async function fetchUnlessFound(parts: HeldSecretParts, bad: string | null): Promise<string> {
  const found = await find(parts, bad);
  if (found && isFresh(found, parts.clock)) return found.token;
  const nowMs = parts.clock().getTime();
  try {
    return await keep(parts, heldFrom(await parts.fetch(), nowMs));
  } catch (error) {
    if (!found) throw error;
    return keep(parts, { ...found, refreshAtMs: nowMs + REST_MS });
  }
}

function heldFrom({ secret, expiresInSeconds }: FreshSecret, nowMs: number): Held {
  const lifeSeconds = Math.max(expiresInSeconds - OVERLAP_SECONDS, LIFE_SECONDS_MIN);
  return {
    token: secret,
    refreshAtMs: nowMs + lifeSeconds * 1000,
    endsAtMs: nowMs + Math.max(expiresInSeconds, LIFE_SECONDS_MIN) * 1000,
  };
}

async function keep({ key, keyValue, clock }: HeldSecretParts, kept: Held): Promise<string> {
  const ttlMs = Math.max(1, kept.endsAtMs - clock().getTime());
  await keyValue.set(key, JSON.stringify(kept), { ttlMs });
  return kept.token;
}
