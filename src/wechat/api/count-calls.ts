import { counter } from '../../platform/metrics.ts';
import { RemoteError } from '../../platform/remote.ts';
import { WechatError } from '../api-errors.ts';

const calls = counter({
  name: 'jifenwu_wechat_calls_total',
  help: 'Calls of the platform, by path and result: ok, errcode, or why there was no answer',
  labels: ['path', 'result'],
});
const unknown = counter({
  name: 'jifenwu_wechat_unknown_codes_total',
  help: 'Error codes of the platform that no rule is known for, by path and code',
  labels: ['path', 'errcode'],
});

/** Counts one call with what came of it. */
export async function counted<Result>(path: string, call: () => Promise<Result>): Promise<Result> {
  try {
    const result = await call();
    calls.add({ path, result: 'ok' });
    return result;
  } catch (error) {
    calls.add({ path, result: resultOf(error) });
    if (error instanceof WechatError && error.advice === 'give-up') {
      unknown.add({ path, errcode: String(error.errcode) });
    }
    throw error;
  }
}

function resultOf(error: unknown): string {
  if (error instanceof WechatError) return String(error.errcode);
  return error instanceof RemoteError ? error.reason : 'refused';
}
