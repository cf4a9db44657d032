import { randomBytes } from 'node:crypto';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { hashOfKey } from './find-partner-key.ts';
import { type PartnerKeyId, PartnerKeyModel, type Scope } from './partner-key.model.ts';

const KEY_BYTES = 32;

/**
 * Makes a key for a partner's system. The key is told this once; only its hash is kept.
 */
export async function createPartnerKey(
  ctx: Context,
  { name, scopes }: { readonly name: string; readonly scopes: readonly Scope[] },
): Promise<{ readonly keyId: PartnerKeyId; readonly key: string }> {
  const key = `jfw_${randomBytes(KEY_BYTES).toString('base64url')}`;
  const keyId = newId('key', ctx.now);
  await PartnerKeyModel.create({
    _id: keyId,
    name,
    scopes: [...new Set(scopes)],
    keyHash: hashOfKey(key),
    createdAt: ctx.now,
  });
  return { keyId, key };
}
