import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { CATEGORIES, findInLibrary, LIBRARY, linesOf } from '../templates/library.ts';
import { get, post, type WeixinCalls } from '../weixin-call.ts';

const NOTICES_MAX = 25;
const SCENE_MAX = 15;
const PAGE = 30;

/** Choosing notices from the library (reference 5.4). */
export const LIBRARY_CALLS: WeixinCalls = {
  'wxaapi/newtmpl/getcategory': get(() => ({ data: CATEGORIES })),
  'wxaapi/newtmpl/getpubtemplatetitles': get(listTitles),
  'wxaapi/newtmpl/getpubtemplatekeywords': get(listKeywords),
  'wxaapi/newtmpl/addtemplate': post(addNotice),
  'wxaapi/newtmpl/gettemplate': get(({ world }) => ({ data: world.state.notices })),
  'wxaapi/newtmpl/deltemplate': post(deleteNotice),
};

const Titles = z.object({
  ids: z.string().transform((ids) => ids.split(',')),
  start: z.coerce.number().int().min(0),
  limit: z.coerce.number().int().min(1).max(PAGE),
});
const Added = z.object({
  tid: z.union([z.string(), z.number()]),
  kidList: z.array(z.coerce.number().int()),
  sceneDesc: z.string().optional(),
});
const Deleted = z.object({ priTmplId: z.string() });

function listTitles(_: Platform, { query }: Asked): object {
  const asked = Titles.safeParse(query);
  if (!asked.success) throw new ApiProblem(200016, 'invalid start, limit or ids');
  const { ids, start, limit } = asked.data;
  const found = LIBRARY.filter(({ categoryId }) => ids.includes(categoryId));
  const titles = found.map(({ tid, title, categoryId }) => ({ tid, title, type: 2, categoryId }));
  return { count: found.length, data: titles.slice(start, start + limit) };
}

function listKeywords(_: Platform, { query }: Asked): object {
  const { keywords } = found(query.tid ?? '');
  return { count: keywords.length, data: keywords };
}

function addNotice({ world: { state } }: Platform, { body }: Asked): object {
  const { tid, kidList: kids, sceneDesc = '' } = read(Added, body);
  const { title, keywords } = found(tid);
  if ([...sceneDesc].length > SCENE_MAX) throw new ApiProblem(200021, 'invalid sceneDesc');
  const chosen = kids.flatMap((kid) => keywords.find((one) => one.kid === kid) ?? []);
  const isWhole = chosen.length === kids.length && new Set(kids).size === kids.length;
  if (!isWhole || kids.length < 2 || kids.length > 5)
    throw new ApiProblem(200020, 'invalid kidList');
  if (state.notices.length >= NOTICES_MAX) throw new ApiProblem(200012, 'too many templates');
  const lines = linesOf(chosen);
  const isThere = state.notices.some((one) => one.title === title && one.content === lines.content);
  if (isThere) throw new ApiProblem(200022, 'template exists');
  const priTmplId = randomBytes(32).toString('base64url');
  state.notices.push({ priTmplId, title, ...lines, type: 2 });
  return { priTmplId };
}

function deleteNotice({ world: { state } }: Platform, { body }: Asked): object {
  const { priTmplId } = read(Deleted, body);
  const left = state.notices.filter((one) => one.priTmplId !== priTmplId);
  if (left.length === state.notices.length) throw new ApiProblem(200014, 'invalid priTmplId');
  state.notices = left;
  return {};
}

function found(tid: string | number) {
  const template = findInLibrary(tid);
  if (!template) throw new ApiProblem(200014, 'invalid tid');
  return template;
}
