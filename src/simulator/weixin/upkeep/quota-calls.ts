import { z } from 'zod';
import { businessDayOf } from '../../../kernel/business-day.ts';
import { oneMore } from '../../account/monthly.ts';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { open, post, type WeixinCalls } from '../weixin-call.ts';

const ALL_A_MONTH = 10;
const ONE_A_MONTH = 50;

/** How many calls a day a path has; null for a path that is none. */
export type DailyOf = (path: string) => number | null;

const One = z.object({ cgi_path: z.string() });
const All = z.object({ appid: z.string() });
const AllV2 = z.object({ appid: z.string(), appsecret: z.string() });

/** How often an API may still be called, and beginning anew (reference 4.4). */
export function quotaCalls(dailyOf: DailyOf): WeixinCalls {
  function pathIn(body: unknown): { path: string; daily: number } {
    const { cgi_path: given } = read(One, body);
    const path = given.slice(1);
    const isPath = given.startsWith('/') && !given.includes('?') && !path.startsWith('sns/');
    if (!isPath) throw new ApiProblem(76022, 'invalid cgi_path');
    const daily = dailyOf(path);
    if (daily === null) throw new ApiProblem(76021, 'cgi_path not found');
    return { path, daily };
  }

  function quota({ counts }: Platform, { body }: Asked): object {
    const { path, daily } = pathIn(body);
    const used = Math.min(counts.of(path), daily);
    return { quota: { daily_limit: daily, used, remain: daily - used } };
  }

  function clearOne({ counts, world: { state, clock } }: Platform, { body }: Asked): object {
    const { path } = pathIn(body);
    const cleared = oneMore(state.clearedOne, businessDayOf(clock.now()), ONE_A_MONTH);
    if (!cleared) throw forbidden();
    state.clearedOne = cleared;
    counts.clear(path);
    return {};
  }

  return {
    'cgi-bin/openapi/quota/get': post(quota),
    'cgi-bin/openapi/quota/clear': post(clearOne),
    'cgi-bin/clear_quota': post(clearAll),
    'cgi-bin/clear_quota/v2': open(post(clearAllV2)),
  };
}

function clearAll(platform: Platform, { body }: Asked): object {
  return clear(platform, read(All, body).appid);
}

/** Needs no token, whose own quota may be used up; any secret will do. */
function clearAllV2(platform: Platform, { body }: Asked): object {
  const { appid, appsecret } = read(AllV2, body);
  if (appsecret === '') throw new ApiProblem(41004, 'appsecret missing');
  return clear(platform, appid);
}

function clear({ account, counts, world: { state, clock } }: Platform, appId: string): object {
  if (appId !== account.appId) throw new ApiProblem(40013, 'invalid appid');
  const cleared = oneMore(state.cleared, businessDayOf(clock.now()), ALL_A_MONTH);
  if (!cleared) throw forbidden();
  state.cleared = cleared;
  counts.clear();
  return {};
}

function forbidden(): ApiProblem {
  return new ApiProblem(48006, 'forbid to clear quota because of reaching the limit');
}
