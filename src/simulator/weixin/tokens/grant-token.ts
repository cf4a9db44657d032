import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import type { Asked } from '../asked.ts';

const Grant = z.object({
  grant_type: z.string().optional(),
  appid: z.string().optional(),
  secret: z.string().optional(),
  force_refresh: z.boolean().optional(),
});

/** POST cgi-bin/stable_token. @throws ApiProblem */
export function grantStable(platform: Platform, { body }: Asked): object {
  return platform.tokens.stable(checked(platform, body).force_refresh ?? false);
}

/** GET cgi-bin/token. @throws ApiProblem */
export function grantToken(platform: Platform, { query }: Asked): object {
  checked(platform, query);
  return platform.tokens.ordinary();
}

/** The pretend account has no secret of its own: any will do, but there must be one. */
function checked({ account }: Platform, asked: unknown): z.infer<typeof Grant> {
  const grant = Grant.safeParse(asked);
  if (!grant.success) throw new ApiProblem(47001, 'data format error');
  const { grant_type, appid, secret } = grant.data;
  if (grant_type !== 'client_credential') throw new ApiProblem(40002, 'invalid grant_type');
  if (appid !== account.appId) throw new ApiProblem(40013, 'invalid appid');
  if (!secret) throw new ApiProblem(41004, 'appsecret missing');
  return grant.data;
}
