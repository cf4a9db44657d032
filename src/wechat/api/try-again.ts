import { RemoteError } from '../../platform/remote.ts';
import { isBusy, WechatError } from '../api-errors.ts';

const TRIES = 3;
const FIRST_PAUSE_MS = 200;

/**
 * Tries up to three times while the platform is busy or cannot be reached, with a pause that doubles
 * and of which half is chance (reference 4.5). Only for what may be done twice. Silence is not tried
 * again: it has cost its time already.
 */
export async function tried<Result>(
  once: () => Promise<Result>,
  pause: (pauseMs: number) => Promise<unknown>,
): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      return await once();
    } catch (error) {
      if (failures + 1 === TRIES || !passesSoon(error)) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** failures * (0.5 + Math.random() / 2));
    }
  }
}

function passesSoon(error: unknown): boolean {
  if (error instanceof WechatError) return isBusy(error);
  if (!(error instanceof RemoteError)) return false;
  return error.reason === 'unreachable' || error.status >= 500;
}
