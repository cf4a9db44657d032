import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { PrivateTemplate } from '../../account/templates.ts';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { get, post, type WeixinCalls } from '../weixin-call.ts';
import { industryOf } from './industries.ts';
import { INDUSTRY_CALLS } from './industry-calls.ts';
import { findInLibrary, linesOf } from './library.ts';
import { sendTemplate } from './send-template.ts';

const TEMPLATES_MAX = 25;
const BLOCKED_PAGE = 100;

/** The account's templates and what it sends with them (reference 5.2 and 5.3). */
export const TEMPLATE_CALLS: WeixinCalls = {
  ...INDUSTRY_CALLS,
  'cgi-bin/template/api_add_template': post(addTemplate),
  'cgi-bin/template/get_all_private_template': get(listTemplates),
  'cgi-bin/template/del_private_template': post(deleteTemplate),
  'cgi-bin/message/template/send': post(sendTemplate),
  'wxa/sec/queryblocktmplmsg': post(listBlocked),
};

const Added = z.object({
  template_id_short: z.union([z.string(), z.number().transform(String)]),
  keyword_name_list: z.array(z.string()).default([]),
});
const Deleted = z.object({ template_id: z.string() });
const Blocked = z.object({
  tmpl_msg_id: z.string(),
  largest_id: z.number().default(0),
  limit: z.int().min(1).max(BLOCKED_PAGE),
});

function addTemplate({ world: { state } }: Platform, { body }: Asked): object {
  const { template_id_short: short, keyword_name_list: names } = read(Added, body);
  if (state.templates.length >= TEMPLATES_MAX) {
    throw new ApiProblem(45026, 'template count limit reached');
  }
  const isOld = /^(TM|OPENTM)\d+$/.test(short);
  const template_id = randomBytes(32).toString('base64url');
  const [industry] = state.industries ?? [1];
  const template = isOld ? oldTemplate(short, industry) : chosenTemplate(short, names);
  state.templates.push({ ...template, template_id });
  return { template_id };
}

type Chosen = Omit<PrivateTemplate, 'template_id'>;

/** From the category library: the keywords are chosen, in this order. */
function chosenTemplate(short: string, names: readonly string[]): Chosen {
  const found = findInLibrary(short);
  if (!found) throw new ApiProblem(40037, 'invalid template_id');
  const keywords = names.flatMap((name) => found.keywords.find((one) => one.name === name) ?? []);
  const isWhole = keywords.length === names.length && new Set(names).size === names.length;
  if (!isWhole || names.length < 2 || names.length > 5) {
    throw new ApiProblem(40246, 'invalid keyword_name_list');
  }
  const none = { primary_industry: '', deputy_industry: '' };
  return { title: found.title, ...none, ...linesOf(keywords) };
}

/** From the library of before, whose templates belong to an industry and name no types. */
function oldTemplate(short: string, industry: number): Chosen {
  const classes = industryOf(industry);
  return {
    title: short,
    primary_industry: classes?.first_class ?? '',
    deputy_industry: classes?.second_class ?? '',
    content: '{{first.DATA}}\n内容：{{keyword1.DATA}}\n时间：{{keyword2.DATA}}\n{{remark.DATA}}',
    example: '内容：每日签到\n时间：2026年11月21日',
  };
}

function listTemplates({ world }: Platform): object {
  return { template_list: world.state.templates };
}

function deleteTemplate({ world: { state } }: Platform, { body }: Asked): object {
  const { template_id } = read(Deleted, body);
  const left = state.templates.filter((one) => one.template_id !== template_id);
  if (left.length === state.templates.length) throw new ApiProblem(40037, 'invalid template_id');
  state.templates = left;
  return {};
}

/** The pretend platform blocks no message, so there is never one to tell about. */
function listBlocked({ world }: Platform, { body }: Asked): object {
  const { tmpl_msg_id: id } = read(Blocked, body);
  const isKnown = world.state.templates.some(({ template_id }) => template_id === id);
  if (!isKnown) throw new ApiProblem(40037, 'invalid template_id');
  return { msginfo: [] };
}
