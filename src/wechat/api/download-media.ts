import { z } from 'zod';
import { DomainError } from '../../kernel/errors.ts';
import { callStream, type StreamAnswer } from '../../platform/remote-stream.ts';
import { readAnswer } from '../call-wechat.ts';
import type { Caller } from './caller.ts';
import { readJson } from './read-json.ts';

/** A file that is still to be read; nothing of it is held in memory. */
export interface MediaContent {
  readonly outcome: 'file';
  /** As the platform says, `image/jpeg`. */
  readonly contentType: string;
  /** Null when the platform named none. Of somebody else: not a path. */
  readonly name: string | null;
  /** As announced; null when it was not. */
  readonly sizeBytes: number | null;
  /**
   * To be read to its end at once. @throws DomainError MEDIA_TOO_LARGE past the limit; RemoteError
   * when it breaks off or has another size than was announced: what was read then is not the file
   */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface MediaDownload<Other> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** What JSON means that is no error. */
  readonly other: z.ZodType<Other>;
  readonly bytesMax: number;
  readonly timeoutMs: number;
}

const FILE = /^(?:(?:image|audio|video|voice)\/.|application\/octet-stream$)/;

/**
 * Asks for a file: bytes come as a stream, JSON is an error or tells of something else, and which
 * of them it is says the content type (reference 5.9).
 * @throws DomainError MEDIA_TOO_LARGE, WechatError, RemoteError
 */
export async function downloadMedia<Other>(
  caller: Caller,
  { path, query = {}, json, other, bytesMax, timeoutMs }: MediaDownload<Other>,
): Promise<MediaContent | Other> {
  return caller.withToken(path, async (url) => {
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const call = { remote: 'wechat', url, timeoutMs, ...(json === undefined ? {} : { json }) };
    const answer = await callStream(call);
    if (!isFile(answer)) return readAnswer(await readJson(answer), other);
    if ((answer.sizeBytes ?? 0) > bytesMax) {
      await answer.giveUp();
      throw tooLarge(bytesMax);
    }
    const { contentType, sizeBytes } = answer;
    const content = bounded(answer, bytesMax);
    return { outcome: 'file', contentType, name: nameOf(answer), sizeBytes, content };
  });
}

function isFile({ contentType, disposition }: StreamAnswer): boolean {
  return FILE.test(contentType) || (contentType === '' && disposition !== '');
}

async function* bounded({ content }: StreamAnswer, bytesMax: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    yield chunk;
  }
}

/** `attachment; filename="MEDIA_ID.jpg"`. */
function nameOf({ disposition }: StreamAnswer): string | null {
  const name = /filename="?([^";]+)/i.exec(disposition)?.[1]?.trim();
  return name ? name.replace(/[\p{C}/\\]/gu, '_') : null;
}

function tooLarge(bytesMax: number): DomainError {
  const message = `the file has more than ${bytesMax} bytes`;
  return new DomainError({ kind: 'limited', code: 'MEDIA_TOO_LARGE', message });
}

/** A video's address instead of its bytes. */
export const videoAddress = z
  .object({ video_url: z.url({ protocol: /^https?$/ }) })
  .transform(({ video_url }) => ({ outcome: 'video' as const, url: video_url }));
