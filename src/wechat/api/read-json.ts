import { RemoteError } from '../../platform/remote.ts';
import { type StreamAnswer, textOf } from '../../platform/remote-stream.ts';

/** Eight articles of less than 1 MB each. */
const JSON_BYTES_MAX = 10 * 1024 * 1024;

/** The JSON of a streamed answer, whatever its content type says. @throws RemoteError */
export async function readJson(answer: StreamAnswer): Promise<unknown> {
  const text = await textOf('wechat', answer, JSON_BYTES_MAX);
  try {
    return JSON.parse(text);
  } catch {
    throw new RemoteError('wechat', { reason: 'not-json' });
  }
}
