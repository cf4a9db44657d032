import { z } from 'zod';
import { cleaned } from '../clean-text.ts';
import { nothing } from './answers.ts';
import type { Caller } from './caller.ts';
import { downloadMedia, type MediaContent } from './download-media.ts';
import type { MediaFile } from './media-file.ts';
import { type MediaType, PERMANENT } from './media-formats.ts';
import { isBetween, requireValid } from './require-valid.ts';
import { uploadMedia } from './upload-media.ts';

const PAGE_MAX = 20;

export interface Material {
  readonly mediaId: string;
  /** Of an image, and shown inside Tencent's domains only; null for the others. */
  readonly url: string | null;
}

export interface MaterialVideo {
  readonly title: string;
  readonly description: string;
}

/** What is behind a permanent media id. */
export type MaterialContent =
  | MediaContent
  | ({ readonly outcome: 'video'; readonly url: string } & MaterialVideo)
  | { readonly outcome: 'articles'; readonly articles: readonly MaterialArticle[] };

export interface MaterialArticle {
  readonly title: string;
  readonly url: string;
}

export type MaterialKind = 'image' | 'voice' | 'video' | 'news';

export interface ListedMaterial extends Material {
  /** '' for articles. */
  readonly name: string;
  readonly updatedAt: Date;
  readonly articles: readonly MaterialArticle[];
}

/** Media that stay until they are deleted (reference 5.9). @throws as `Media` */
export interface Materials {
  /** An account has at most 100,000 images, and 1,000 of each other kind. */
  add(type: Exclude<MediaType, 'video'>, file: MediaFile): Promise<Material>;
  addVideo(file: MediaFile, video: MaterialVideo): Promise<Material>;
  download(mediaId: string, limit?: { readonly bytesMax?: number }): Promise<MaterialContent>;
  /** Also what was put up by hand. @throws WechatError 48005 while a menu or a reply uses it */
  remove(mediaId: string): Promise<void>;
  count(): Promise<Readonly<Record<MaterialKind, number>>>;
  /** One page of 1 to 20, newest first. @throws DomainError MATERIAL_PAGE_INVALID */
  list(
    kind: MaterialKind,
    page: { readonly offset: number; readonly count: number },
  ): Promise<{ readonly totalCount: number; readonly items: readonly ListedMaterial[] }>;
}

const added = z
  .object({ media_id: z.string().min(1), url: z.string().optional() })
  .transform(({ media_id, url }) => ({ mediaId: media_id, url: url || null }));
const article = z.object({ title: z.string(), url: z.string().catch('') });
const content = z.union([
  z
    .object({
      down_url: z.url({ protocol: /^https?$/ }),
      title: z.string().catch(''),
      description: z.string().catch(''),
    })
    .transform(({ down_url, ...video }) => ({
      outcome: 'video' as const,
      url: down_url,
      ...video,
    })),
  z
    .object({ news_item: z.array(article) })
    .transform(({ news_item }) => ({ outcome: 'articles' as const, articles: news_item })),
]);
const counts = z.object({
  image_count: z.number(),
  voice_count: z.number(),
  video_count: z.number(),
  news_count: z.number(),
});
const listed = z.object({
  total_count: z.number(),
  item: z
    .array(
      z.object({
        media_id: z.string().min(1),
        name: z.string().optional(),
        url: z.string().optional(),
        update_time: z.number(),
        content: z.object({ news_item: z.array(article) }).optional(),
      }),
    )
    .catch([]),
});

/** Makes the calls for permanent media. */
export function materials(
  caller: Caller,
  defaults: { readonly timeoutMs: number; readonly bytesMax: number },
): Materials {
  const add = (type: MediaType, file: MediaFile, fields: Readonly<Record<string, string>>) =>
    uploadMedia(caller, {
      path: 'cgi-bin/material/add_material',
      query: { type },
      fields,
      file,
      limit: PERMANENT[type],
      answer: added,
      timeoutMs: defaults.timeoutMs,
    });

  return {
    add: (type, file) => add(type, file, {}),
    addVideo(file, { title, description }) {
      const said = { title: cleaned(title), introduction: cleaned(description) };
      return add('video', file, { description: JSON.stringify(said) });
    },
    download: (mediaId, { bytesMax = defaults.bytesMax } = {}) =>
      downloadMedia(caller, {
        path: 'cgi-bin/material/get_material',
        json: { media_id: mediaId },
        other: content,
        bytesMax,
        timeoutMs: defaults.timeoutMs,
      }),
    async remove(mediaId) {
      const json = { media_id: mediaId };
      const path = 'cgi-bin/material/del_material';
      await caller.call({ path, json, answer: nothing, repeatable: true });
    },
    async count() {
      const path = 'cgi-bin/material/get_materialcount';
      const given = await caller.call({ path, answer: counts, repeatable: true });
      return {
        image: given.image_count,
        voice: given.voice_count,
        video: given.video_count,
        news: given.news_count,
      };
    },
    async list(kind, { offset, count }) {
      const isPage = isBetween(0, Number.MAX_SAFE_INTEGER, offset) && isBetween(1, PAGE_MAX, count);
      requireValid(isPage, 'MATERIAL_PAGE_INVALID', 'a page has 1 to 20 items');
      const json = { type: kind, offset, count };
      const path = 'cgi-bin/material/batchget_material';
      const given = await caller.call({ path, json, answer: listed, repeatable: true });
      return { totalCount: given.total_count, items: given.item.map(itemOf) };
    },
  };
}

function itemOf(item: z.infer<typeof listed>['item'][number]): ListedMaterial {
  return {
    mediaId: item.media_id,
    name: item.name ?? '',
    url: item.url || null,
    updatedAt: new Date(item.update_time * 1000),
    articles: item.content?.news_item ?? [],
  };
}
