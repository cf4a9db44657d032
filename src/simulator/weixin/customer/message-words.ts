import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { read } from '../asked.ts';
import { findMedia } from '../media/find-media.ts';

const TEXT_BYTES_MAX = 2048;
const id = z.string();
const text = z.string().default('');

const Text = z.object({ text: z.object({ content: z.string() }) });
const Image = z.object({ image: z.object({ media_id: id }) });
const Voice = z.object({ voice: z.object({ media_id: id }) });
const Video = z.object({
  video: z.object({ media_id: id, thumb_media_id: id.optional(), title: text }),
});
const Music = z.object({
  music: z.object({ title: text, musicurl: id, hqmusicurl: id, thumb_media_id: id }),
});
const News = z.object({
  news: z.object({ articles: z.array(z.object({ title: text, description: text, url: text })) }),
});
const MpNews = z.object({ mpnews: z.object({ media_id: id }) });
const Article = z.object({ mpnewsarticle: z.object({ article_id: id.min(1) }) });
const Menu = z.object({
  msgmenu: z.object({
    head_content: text,
    list: z.array(z.object({ id: z.coerce.string(), content: z.string().min(1) })).min(1),
    tail_content: text,
  }),
});
const MiniProgram = z.object({
  miniprogrampage: z.object({ title: text, appid: id, pagepath: id, thumb_media_id: id }),
});
const Link = z.object({ link: z.object({ title: text, description: text, url: id }) });

type Words = (platform: Platform, body: unknown) => string;

/** What the phone shows of each type (reference 5.5). */
const WORDS: Readonly<Record<string, Words>> = {
  text: (_, body) => checkedText(read(Text, body).text.content),
  image(platform, body) {
    findMedia(platform, read(Image, body).image.media_id, ['image']);
    return platform.words('simulator.got.image');
  },
  voice(platform, body) {
    findMedia(platform, read(Voice, body).voice.media_id, ['voice']);
    return platform.words('simulator.got.voice');
  },
  video(platform, body) {
    const { media_id, thumb_media_id, title } = read(Video, body).video;
    findMedia(platform, media_id, ['video']);
    if (thumb_media_id) findMedia(platform, thumb_media_id, ['thumb', 'image']);
    return platform.words('simulator.got.video', { title });
  },
  music(platform, body) {
    const { thumb_media_id, title } = read(Music, body).music;
    findMedia(platform, thumb_media_id, ['thumb', 'image']);
    return platform.words('simulator.got.music', { title });
  },
  news: (_, body) => checkedNews(read(News, body).news.articles),
  mpnews(platform, body) {
    const media = findMedia(platform, read(MpNews, body).mpnews.media_id, ['news']);
    return platform.words('simulator.got.card', { title: media.name });
  },
  mpnewsarticle: (platform, body) =>
    platform.words('simulator.got.card', { title: read(Article, body).mpnewsarticle.article_id }),
  msgmenu: (_, body) => menuWords(read(Menu, body).msgmenu),
  miniprogrampage(platform, body) {
    const { appid, title, thumb_media_id } = read(MiniProgram, body).miniprogrampage;
    if (appid === '') throw new ApiProblem(40013, 'invalid appid');
    findMedia(platform, thumb_media_id, ['thumb', 'image']);
    return platform.words('simulator.got.card', { title });
  },
  link(_, body) {
    const { title, description, url } = read(Link, body).link;
    return [title, description, url].filter((line) => line !== '').join('\n');
  },
};

/** What a message shows on the phone. @throws ApiProblem 40008, 44004, 45002, 45008, 40007 */
export function wordsOf(platform: Platform, type: string, body: unknown): string {
  const words = Object.hasOwn(WORDS, type) ? WORDS[type] : undefined;
  if (!words) throw new ApiProblem(40008, 'invalid message type');
  return words(platform, body);
}

function checkedText(content: string): string {
  if (content === '') throw new ApiProblem(44004, 'empty content');
  if (Buffer.byteLength(content) > TEXT_BYTES_MAX) {
    throw new ApiProblem(45002, 'content size out of limit');
  }
  return content;
}

function checkedNews(articles: z.infer<typeof News>['news']['articles']): string {
  const [article, second] = articles;
  if (!article) throw new ApiProblem(44003, 'empty news data');
  if (second) throw new ApiProblem(45008, 'article size out of limit');
  const { title, description, url } = article;
  return [title, description, url].filter((line) => line !== '').join('\n');
}

/** A tap on a line sends its words together with its id. */
function menuWords({ head_content, list, tail_content }: z.infer<typeof Menu>['msgmenu']): string {
  const lines = list.map(({ id: number, content }) => {
    const query = new URLSearchParams({ msgmenucontent: content, msgmenuid: number });
    return `<a href="weixin://bizmsgmenu?${query.toString().replaceAll('+', '%20')}">${content}</a>`;
  });
  return checkedText(
    [head_content, ...lines, tail_content].filter((line) => line !== '').join('\n'),
  );
}
