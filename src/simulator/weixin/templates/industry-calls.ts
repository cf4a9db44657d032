import { z } from 'zod';
import { businessDayOf } from '../../../kernel/business-day.ts';
import { oneMore } from '../../account/monthly.ts';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { get, post, type WeixinCalls } from '../weixin-call.ts';
import { industryOf } from './industries.ts';

/** The industries of before, of which an account has two (reference 5.2). */
export const INDUSTRY_CALLS: WeixinCalls = {
  'cgi-bin/template/api_set_industry': post(setIndustry),
  'cgi-bin/template/get_industry': get(getIndustry),
};

const Industries = z.object({
  industry_id1: z.coerce.number().int(),
  industry_id2: z.coerce.number().int(),
});

/** Once a month; the templates of the old industries are gone with them. */
function setIndustry({ world: { state, clock } }: Platform, { body }: Asked): object {
  const { industry_id1: first, industry_id2: second } = read(Industries, body);
  if (!industryOf(first) || !industryOf(second)) throw new ApiProblem(40102, 'invalid industry id');
  const changed = oneMore(state.industryChanged, businessDayOf(clock.now()), 1);
  if (!changed) throw new ApiProblem(43100, 'change template too frequently');
  state.industryChanged = changed;
  state.industries = [first, second];
  state.templates = state.templates.filter(({ primary_industry }) => primary_industry === '');
  return {};
}

function getIndustry({ world }: Platform): object {
  const [first, second] = world.state.industries ?? [1, 2];
  return { primary_industry: industryOf(first), secondary_industry: industryOf(second) };
}
