import type { z } from 'zod';
import { callStream } from '../../platform/remote-stream.ts';
import { readAnswer } from '../call-wechat.ts';
import type { Caller } from './caller.ts';
import { checkedContent } from './checked-content.ts';
import type { MediaFile } from './media-file.ts';
import { formatOf, type MediaLimit } from './media-formats.ts';
import { multipartForm } from './multipart.ts';
import { readJson } from './read-json.ts';
import { isBetween, requireValid } from './require-valid.ts';

export interface MediaUpload<Answer> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, string>>;
  readonly file: MediaFile;
  readonly limit: MediaLimit;
  readonly answer: z.ZodType<Answer>;
  readonly timeoutMs: number;
}

/**
 * Sends a file as a form while it is read, within the limits of its kind (reference 5.9).
 * @throws DomainError MEDIA_FORMAT_WRONG, MEDIA_TOO_LARGE before anything is sent; MEDIA_SIZE_WRONG,
 * MEDIA_FORMAT_WRONG and what reading throws with the form left incomplete; WechatError, RemoteError
 */
export async function uploadMedia<Answer>(
  caller: Caller,
  { path, query = {}, fields, file, limit, answer, timeoutMs }: MediaUpload<Answer>,
): Promise<Answer> {
  const { contentType, begins } = checkedFormat(file, limit);
  return caller.withToken(path, async (url) => {
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const { name, sizeBytes } = file;
    const content = checkedContent(file, begins);
    const upload = multipartForm({ name, contentType, sizeBytes, content }, fields);
    const given = await callStream({ remote: 'wechat', url, upload, timeoutMs });
    return readAnswer(await readJson(given), answer);
  });
}

function checkedFormat(file: MediaFile, limit: MediaLimit) {
  const format = formatOf(file.name, limit);
  const formats = `a file of this kind is ${limit.formats.join(', ')}`;
  requireValid(format !== null, 'MEDIA_FORMAT_WRONG', formats);
  const size = `a file of this kind has 1 to ${limit.bytesMax} bytes`;
  requireValid(isBetween(1, limit.bytesMax, file.sizeBytes), 'MEDIA_TOO_LARGE', size);
  return format;
}
