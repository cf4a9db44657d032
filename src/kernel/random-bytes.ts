import { randomFillSync } from 'node:crypto';
import { assert } from './assert.ts';

const POOL_BYTES = 4096;

const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/**
 * Random bytes for ids, nonces and paddings, at most 256 at once. The system is asked for many at a
 * time, because asking costs more than the bytes; none is given twice, or kept here once given.
 */
export function randomBytes(size: number): Buffer {
  assert(size <= 256, 'random bytes are asked for in small numbers');
  if (used + size > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + size));
  pool.fill(0, used, used + size);
  used += size;
  return bytes;
}
