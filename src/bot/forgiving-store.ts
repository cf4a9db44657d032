import type { Log } from '../kernel/context.ts';
import type { Store } from './patient-key-value.ts';

/**
 * The store as one message sees it: what fails is as good as lost, for nothing of it is a fact about
 * points. After the first failure it is not asked again, so that a message waits for it only once.
 */
export function forgivingStore(store: Store, log: Log): Store {
  let isLost = false;
  const attempt = async <Result>(call: () => Promise<Result>, lost: Result): Promise<Result> => {
    if (isLost) return lost;
    try {
      return await call();
    } catch (error) {
      isLost = true;
      log.warn({ err: error }, 'answering without the key-value store');
      return lost;
    }
  };
  return {
    get: (key) => attempt(() => store.get(key), null),
    set: (key, value, life) => attempt(() => store.set(key, value, life), undefined),
    claim: (key, value, life) => attempt(() => store.claim(key, value, life), true),
    count: (key, window) => attempt(() => store.count(key, window), 0),
    delete: (key) => attempt(() => store.delete(key), undefined),
  };
}
