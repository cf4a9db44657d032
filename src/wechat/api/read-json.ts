import { boundedText, parsedJson } from '../../platform/remote.ts';
import type { StreamAnswer } from '../../platform/remote-stream.ts';

/** Eight articles of less than 1 MB each. */
const JSON_BYTES_MAX = 10 * 1024 * 1024;

/** The JSON of a streamed answer, whatever its content type says. @throws RemoteError */
export async function readJson(answer: StreamAnswer): Promise<unknown> {
  return parsedJson('wechat', await boundedText('wechat', answer.content, JSON_BYTES_MAX));
}
