import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { read } from '../asked.ts';
import { wordsOf } from '../customer/message-words.ts';
import { findMedia } from '../media/find-media.ts';

/** What a mass message shows, and which draft it uses up. */
export interface Content {
  readonly type: string;
  readonly text: string;
  readonly draft: string | null;
}

const Typed = z.object({ msgtype: z.string() });
const MpNews = z.object({ mpnews: z.object({ media_id: z.string() }) });
const Images = z.object({ images: z.object({ media_ids: z.array(z.string()).min(1) }) });
const Video = z.object({ mpvideo: z.object({ media_id: z.string() }) });

/** Reads what is sent to many (reference 5.6). @throws ApiProblem 40008, 45113, 40007, 44004, 45002 */
export function contentOf(platform: Platform, body: unknown): Content {
  const { msgtype: type } = read(Typed, body);
  switch (type) {
    case 'text':
    case 'voice':
      return { type, text: wordsOf(platform, type, body), draft: null };
    case 'mpnews':
      return {
        type,
        text: wordsOf(platform, type, body),
        draft: read(MpNews, body).mpnews.media_id,
      };
    case 'image':
      return { type, text: imageWords(platform, body), draft: null };
    case 'mpvideo': {
      const { title } = findMedia(platform, read(Video, body).mpvideo.media_id, ['video']);
      return { type, text: platform.words('simulator.got.video', { title }), draft: null };
    }
    case 'wxcard':
      throw new ApiProblem(45113, 'wxcard is not supported');
    default:
      throw new ApiProblem(40008, 'invalid message type');
  }
}

/** Several pictures for many; one, as in other messages, for a preview. */
function imageWords(platform: Platform, body: unknown): string {
  const several = Images.safeParse(body);
  if (!several.success) return wordsOf(platform, 'image', body);
  for (const id of several.data.images.media_ids) findMedia(platform, id, ['image']);
  return platform.words('simulator.got.image');
}
