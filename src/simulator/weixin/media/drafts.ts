import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { get, post, type WeixinCalls } from '../weixin-call.ts';
import { bytesOf, findMedia, keepMedia } from './find-media.ts';

/** Articles that can be sent to many (reference 5.10). */
export const DRAFT_CALLS: WeixinCalls = {
  'cgi-bin/draft/add': post(addDraft, 1000),
  'cgi-bin/draft/get': post(getDraft, 500),
  'cgi-bin/draft/delete': post(deleteDraft, 1000),
  'cgi-bin/draft/count': get(countDrafts, 1000),
};

const ARTICLES_MAX = 8;
const TITLE_MAX = 32;

const Article = z.looseObject({ title: z.string().min(1), content: z.string().min(1) });
const Draft = z.object({ articles: z.array(Article).min(1) });
const One = z.object({ media_id: z.string() });

async function addDraft(platform: Platform, { body }: Asked): Promise<object> {
  const { articles } = read(Draft, body);
  if (articles.length > ARTICLES_MAX) throw new ApiProblem(45008, 'too many articles');
  if (articles.some(({ title }) => [...title].length > TITLE_MAX)) {
    throw new ApiProblem(45003, 'title size out of limit');
  }
  const name = articles[0]?.title ?? '';
  const made = { type: 'news', name, mime: 'application/json', isPermanent: true } as const;
  const { id } = await keepMedia(platform, made, Buffer.from(JSON.stringify(articles)));
  return { media_id: id };
}

async function getDraft(platform: Platform, { body }: Asked): Promise<object> {
  const media = findMedia(platform, read(One, body).media_id, ['news']);
  return newsIn(await bytesOf(platform, media));
}

async function deleteDraft(platform: Platform, { body }: Asked): Promise<object> {
  await platform.media.remove(findMedia(platform, read(One, body).media_id, ['news']).id);
  return {};
}

function countDrafts({ world }: Platform): object {
  return { total_count: world.state.media.filter(({ type }) => type === 'news').length };
}

/** The articles in a file that `draft/add` has made. */
export function newsIn(bytes: Buffer): object {
  return { news_item: JSON.parse(bytes.toString('utf8')) as unknown };
}
