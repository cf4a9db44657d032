import { z } from 'zod';
import type { Media } from '../../account/belongings.ts';
import type { Platform } from '../../platform.ts';
import { fileAnswer } from '../answers.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { get, post, type WeixinCalls } from '../weixin-call.ts';
import { newsIn } from './drafts.ts';
import { bytesOf, findMaterial, keepMedia } from './find-media.ts';
import { checkedFile, PERMANENT, typeOf } from './media-rules.ts';

/** Files that are kept for good (reference 5.9). */
export const MATERIAL_CALLS: WeixinCalls = {
  'cgi-bin/material/add_material': post(add),
  'cgi-bin/material/get_material': post(download),
  'cgi-bin/material/del_material': post(remove),
  'cgi-bin/material/get_materialcount': get(count),
  'cgi-bin/material/batchget_material': post(list),
};

const One = z.object({ media_id: z.string() });
const Described = z.object({ title: z.string().min(1), introduction: z.string().default('') });
const Page = z.object({ type: z.string(), offset: z.int().min(0), count: z.int() });

async function add(platform: Platform, { query, form, base }: Asked): Promise<object> {
  const type = typeOf(query.type);
  const file = form?.files.get('media');
  const { mime } = checkedFile(file, PERMANENT[type]);
  const { name = '', bytes = Buffer.alloc(0) } = file ?? {};
  const described = type === 'video' ? descriptionIn(form?.fields.get('description')) : {};
  const made = { type, name, mime, isPermanent: true, ...described };
  const media = await keepMedia(platform, made, bytes);
  return { media_id: media.id, ...(type === 'image' && { url: addressOf(media, base) }) };
}

function descriptionIn(text = ''): z.infer<typeof Described> {
  try {
    return read(Described, JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ApiProblem(47001, 'data format error');
    throw error;
  }
}

async function download(platform: Platform, { body, base }: Asked): Promise<object> {
  const media = findMaterial(platform, read(One, body).media_id);
  const { title, introduction: description } = media;
  if (media.type === 'video') return { title, description, down_url: addressOf(media, base) };
  const bytes = await bytesOf(platform, media);
  return media.type === 'news' ? newsIn(bytes) : fileAnswer(bytes, media.mime, media.name);
}

async function remove(platform: Platform, { body }: Asked): Promise<object> {
  const { id } = findMaterial(platform, read(One, body).media_id);
  const { menu, conditionalMenus } = platform.world.state;
  const isUsed = JSON.stringify([menu, conditionalMenus]).includes(JSON.stringify(id));
  if (isUsed) throw new ApiProblem(48005, 'api forbidden to delete material used by menu');
  await platform.media.remove(id);
  return {};
}

function count(platform: Platform): object {
  const of = (type: string) => listed(platform, type).length;
  const [voice_count, video_count, image_count] = [of('voice'), of('video'), of('image')];
  return { voice_count, video_count, image_count, news_count: of('news') };
}

function list(platform: Platform, { body, base }: Asked): object {
  const { type, offset, count: most } = read(Page, body);
  if (!['image', 'voice', 'video', 'news'].includes(type)) {
    throw new ApiProblem(40004, 'invalid media type');
  }
  if (most < 1 || most > 20) throw new ApiProblem(40097, 'invalid args');
  const all = listed(platform, type);
  const item = all.slice(offset, offset + most).map((media) => ({
    media_id: media.id,
    name: media.name,
    update_time: media.at,
    ...(media.type === 'image' && { url: addressOf(media, base) }),
  }));
  return { total_count: all.length, item_count: item.length, item };
}

/** Newest first, as in the platform's console; pictures of articles are none of them. */
function listed({ world }: Platform, type: string): Media[] {
  return world.state.media
    .filter((one) => one.isPermanent && one.type === type && one.introduction !== 'uploadimg')
    .reverse();
}

function addressOf({ id }: Media, base: string): string {
  return `${base}mmbiz?id=${id}`;
}
