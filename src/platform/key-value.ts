/**
 * What instances share and may lose: tokens, dedupe hints, limits, dialogs, sessions, caches.
 * Redis when REDIS_URL is set, this process's memory otherwise. No fact about points lives here.
 * Values may hold codes and words of followers: what leaves this process is encrypted with the data
 * key by the store itself, so nobody who keeps something has to think of it.
 */
export interface KeyValue {
  /** In this process's memory: it answers at once, so nobody needs patience with it. */
  readonly inMemory: boolean;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, life: { readonly ttlMs: number }): Promise<void>;
  /** Sets the key unless it is there: true for the one caller who was first. */
  claim(key: string, value: string, life: { readonly ttlMs: number }): Promise<boolean>;
  /** Counts within a window that begins with its first count. */
  count(key: string, window: { readonly ttlMs: number }): Promise<number>;
  delete(key: string): Promise<void>;
  /** Writes down what has to survive, and lets go of the connection. */
  close(): Promise<void>;
}
