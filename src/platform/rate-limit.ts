import type { KeyValue } from './key-value.ts';

/** How often something may happen within a window that begins with its first time. */
export interface Limit {
  readonly key: string;
  readonly max: number;
  readonly windowMs: number;
}

/** Counts one more time, and says whether that was one too many. */
export async function isOverLimit(
  keyValue: Pick<KeyValue, 'count'>,
  { key, max, windowMs }: Limit,
): Promise<boolean> {
  return (await keyValue.count(`limit:${key}`, { ttlMs: windowMs })) > max;
}
