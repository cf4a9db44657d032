import { writable } from '../clean-text.ts';
import { requireValid } from './require-valid.ts';

const INVALID = 'CUSTOMER_MESSAGE_INVALID';
/** What a customer message may be (reference 5.5). Media are named by their ids. */
export type CustomerMessage =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'voice'; readonly mediaId: string }
  | VideoMessage
  | MusicMessage
  | NewsMessage
  /** A draft; the platform prefers a published article. */
  | { readonly type: 'mpnews'; readonly mediaId: string }
  | { readonly type: 'article'; readonly articleId: string }
  | QuestionMessage
  | { readonly type: 'card'; readonly cardId: string }
  | MiniProgramMessage
  | LinkMessage;

interface VideoMessage {
  readonly type: 'video';
  readonly mediaId: string;
  readonly thumbMediaId: string;
  readonly title?: string;
  readonly description?: string;
}

interface MusicMessage {
  readonly type: 'music';
  readonly url: string;
  /** For a good connection; `url` without it. */
  readonly highQualityUrl?: string;
  readonly thumbMediaId: string;
  readonly title?: string;
  readonly description?: string;
}

/** One article, more the platform refuses (45008). */
interface NewsMessage {
  readonly type: 'news';
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly picUrl: string;
}

/** Lines to tap; the tap comes back as a text with the line's id in `bizmsgmenuid`. */
interface QuestionMessage {
  readonly type: 'menu';
  readonly head?: string;
  readonly choices: readonly { readonly id: string; readonly text: string }[];
  readonly tail?: string;
}

interface MiniProgramMessage {
  readonly type: 'mini-program';
  readonly title: string;
  readonly appId: string;
  readonly pagePath: string;
  readonly thumbMediaId: string;
}

interface LinkMessage {
  readonly type: 'link';
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly thumbUrl: string;
}

/** `msgtype` and its branch. @throws DomainError CUSTOMER_MESSAGE_INVALID for a question without choices */
export function customerMessageJson(message: CustomerMessage): Readonly<Record<string, unknown>> {
  switch (message.type) {
    case 'text':
      return { msgtype: 'text', text: { content: writable(message.text) } };
    case 'image':
    case 'voice':
    case 'mpnews':
      return { msgtype: message.type, [message.type]: { media_id: message.mediaId } };
    case 'article':
      return { msgtype: 'mpnewsarticle', mpnewsarticle: { article_id: message.articleId } };
    case 'card':
      return { msgtype: 'wxcard', wxcard: { card_id: message.cardId } };
    case 'video':
      return { msgtype: 'video', video: videoJson(message) };
    case 'music':
      return { msgtype: 'music', music: musicJson(message) };
    case 'news':
      return { msgtype: 'news', news: { articles: [articleJson(message)] } };
    case 'menu':
      return { msgtype: 'msgmenu', msgmenu: questionJson(message) };
    case 'mini-program':
      return { msgtype: 'miniprogrampage', miniprogrampage: miniProgramJson(message) };
    case 'link':
      return { msgtype: 'link', link: linkJson(message) };
  }
}

function videoJson({ mediaId, thumbMediaId, ...about }: VideoMessage) {
  return { media_id: mediaId, thumb_media_id: thumbMediaId, ...aboutJson(about) };
}

function musicJson({ url, highQualityUrl = url, thumbMediaId, ...about }: MusicMessage) {
  const urls = { musicurl: url, hqmusicurl: highQualityUrl };
  return { ...aboutJson(about), ...urls, thumb_media_id: thumbMediaId };
}

function aboutJson({ title, description }: { title?: string; description?: string }) {
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
  };
}

function articleJson({ title, description, url, picUrl }: NewsMessage) {
  return { title, description, url, picurl: picUrl };
}

function questionJson({ head, choices, tail }: QuestionMessage) {
  requireValid(choices.length > 0, INVALID, 'a question has choices');
  return {
    ...(head === undefined ? {} : { head_content: head }),
    list: choices.map(({ id, text }) => ({ id, content: text })),
    ...(tail === undefined ? {} : { tail_content: tail }),
  };
}

function miniProgramJson({ title, appId, pagePath, thumbMediaId }: MiniProgramMessage) {
  return { title, appid: appId, pagepath: pagePath, thumb_media_id: thumbMediaId };
}

function linkJson({ title, description, url, thumbUrl }: LinkMessage) {
  return { title, description, url, thumb_url: thumbUrl };
}
