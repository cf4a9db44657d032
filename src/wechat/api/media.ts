import { z } from 'zod';
import type { Caller } from './caller.ts';
import { downloadMedia, type MediaContent, videoAddress } from './download-media.ts';
import { type Materials, materials } from './materials.ts';
import type { MediaFile } from './media-file.ts';
import { ARTICLE_IMAGE, type MediaType, TEMPORARY } from './media-formats.ts';
import { uploadMedia } from './upload-media.ts';

/** For a file of 10 MB on a slow line. */
const TIMEOUT_MS = 60_000;
/** The largest file that the platform takes. */
const BYTES_MAX = 10 * 1024 * 1024;

export interface UploadedMedia {
  /** For three days. */
  readonly mediaId: string;
  readonly createdAt: Date;
}

/** How much is read of a file; 10 MB without it. */
export interface ReadLimit {
  readonly bytesMax?: number;
}

/**
 * Media files, up and down as streams (reference 5.9).
 * @throws DomainError MEDIA_FORMAT_WRONG, MEDIA_TOO_LARGE, MEDIA_SIZE_WRONG; WechatError, RemoteError
 */
export interface Media {
  /** Puts up a file for three days. Of a file of another size than announced nothing stays. */
  upload(type: MediaType, file: MediaFile): Promise<UploadedMedia>;
  /** A temporary file; of a video the address where it is. */
  download(
    mediaId: string,
    limit?: ReadLimit,
  ): Promise<MediaContent | { readonly outcome: 'video'; readonly url: string }>;
  /** A voice that was recorded by a page, in its better quality (speex, 16 kHz). */
  downloadVoice(mediaId: string, limit?: ReadLimit): Promise<MediaContent>;
  /** Puts up an image of less than 1 MB for the text of articles. */
  uploadArticleImage(file: MediaFile): Promise<{ url: string }>;
  readonly permanent: Materials;
}

const id = z.string().min(1);
const uploaded = z
  .object({
    media_id: id.optional(),
    // Older pages of the manual have it so for `thumb`.
    thumb_media_id: id.optional(),
    created_at: z.coerce.number(),
  })
  .transform((given) => ({
    mediaId: given.media_id ?? given.thumb_media_id ?? '',
    createdAt: new Date(given.created_at * 1000),
  }))
  .refine(({ mediaId }) => mediaId !== '');
const address = z.object({ url: z.string().min(1) });

/** Makes the calls for media; `timeoutMs` is for all of a file. */
export function media(
  caller: Caller,
  { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Media {
  return {
    upload: (type, file) =>
      uploadMedia(caller, {
        path: 'cgi-bin/media/upload',
        query: { type },
        file,
        limit: TEMPORARY[type],
        answer: uploaded,
        timeoutMs,
      }),
    download: (mediaId, { bytesMax = BYTES_MAX } = {}) =>
      downloadMedia(caller, {
        path: 'cgi-bin/media/get',
        query: { media_id: mediaId },
        other: videoAddress,
        bytesMax,
        timeoutMs,
      }),
    downloadVoice: (mediaId, { bytesMax = BYTES_MAX } = {}) =>
      downloadMedia(caller, {
        path: 'cgi-bin/media/get/jssdk',
        query: { media_id: mediaId },
        other: z.never(),
        bytesMax,
        timeoutMs,
      }),
    uploadArticleImage: (file) =>
      uploadMedia(caller, {
        path: 'cgi-bin/media/uploadimg',
        file,
        limit: ARTICLE_IMAGE,
        answer: address,
        timeoutMs,
      }),
    permanent: materials(caller, { timeoutMs, bytesMax: BYTES_MAX }),
  };
}
