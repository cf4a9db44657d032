import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { fileAnswer } from '../answers.ts';
import type { Asked } from '../asked.ts';
import { read } from '../asked.ts';
import { get, open, post, type WeixinCalls } from '../weixin-call.ts';
import { DRAFT_CALLS } from './drafts.ts';
import { bytesOf, findMedia, keepMedia } from './find-media.ts';
import { MATERIAL_CALLS } from './materials.ts';
import { checkedFile, IN_ARTICLE, TEMPORARY, typeOf } from './media-rules.ts';

/** Files up and down (reference 5.9). */
export const MEDIA_CALLS: WeixinCalls = {
  'cgi-bin/media/upload': post(upload),
  'cgi-bin/media/get': get(download, 200_000),
  'cgi-bin/media/get/jssdk': get(downloadVoice, 200_000),
  'cgi-bin/media/uploadimg': post(uploadPicture),
  'cgi-bin/media/uploadvideo': post(nameVideo),
  mmbiz: open(get(showFile)),
  ...MATERIAL_CALLS,
  ...DRAFT_CALLS,
};

async function upload(platform: Platform, { query, form }: Asked): Promise<object> {
  const type = typeOf(query.type);
  const file = form?.files.get('media');
  const { mime } = checkedFile(file, TEMPORARY[type]);
  const { name = '', bytes = Buffer.alloc(0) } = file ?? {};
  const media = await keepMedia(platform, { type, name, mime, isPermanent: false }, bytes);
  // Of a thumb some documents name the id otherwise: both are there.
  const thumb = type === 'thumb' ? { thumb_media_id: media.id } : {};
  return { type, media_id: media.id, ...thumb, created_at: media.at };
}

/** A video comes as the address of one. */
async function download(platform: Platform, { query, base }: Asked): Promise<object> {
  const media = findMedia(platform, query.media_id ?? '', ['image', 'voice', 'video', 'thumb']);
  if (media.type === 'video') return { video_url: `${base}mmbiz?id=${media.id}` };
  return fileAnswer(await bytesOf(platform, media), media.mime, fileNameOf(media));
}

async function downloadVoice(platform: Platform, { query }: Asked): Promise<object> {
  const media = findMedia(platform, query.media_id ?? '', ['voice']);
  return fileAnswer(await bytesOf(platform, media), media.mime, fileNameOf(media));
}

/** A picture for an article: it has an address and no id. */
async function uploadPicture(platform: Platform, { form, base }: Asked): Promise<object> {
  const file = form?.files.get('media');
  const { mime } = checkedFile(file, IN_ARTICLE);
  const { name = '', bytes = Buffer.alloc(0) } = file ?? {};
  const made = { type: 'image', name, mime, isPermanent: true, introduction: 'uploadimg' } as const;
  const { id } = await keepMedia(platform, made, bytes);
  return { url: `${base}mmbiz?id=${id}` };
}

const Video = z.object({ media_id: z.string(), title: z.string(), description: z.string() });

/** Makes a video ready to be sent to many. */
function nameVideo(platform: Platform, { body }: Asked): object {
  const { media_id: id, title, description } = read(Video, body);
  const media = findMedia(platform, id, ['video']);
  Object.assign(media, { title, introduction: description });
  return { type: 'video', media_id: media.id, created_at: media.at };
}

/** What the addresses lead to that the platform gives for pictures and videos. */
async function showFile(platform: Platform, { query }: Asked): Promise<object> {
  const media = findMedia(platform, query.id ?? '', ['image', 'video', 'thumb']);
  return fileAnswer(await bytesOf(platform, media), media.mime);
}

function fileNameOf({ id, mime }: { readonly id: string; readonly mime: string }): string {
  const [, kind = 'bin'] = mime.split('/');
  return `${id}.${kind === 'jpeg' ? 'jpg' : kind}`;
}
