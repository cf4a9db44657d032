import { z } from 'zod';
import { secondsOf } from '../../line/push.ts';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { get, post, type WeixinCalls } from '../weixin-call.ts';

/** The pretend platform is this machine. */
const ADDRESSES = ['127.0.0.1'];

/** Finding out what is wrong (reference 4.4), and a check of what members write. */
export const UPKEEP_CALLS: WeixinCalls = {
  'cgi-bin/get_api_domain_ip': get(() => ({ ip_list: ADDRESSES })),
  'cgi-bin/getcallbackip': get(() => ({ ip_list: ADDRESSES })),
  'cgi-bin/callback/check': post(checkCallback),
  'cgi-bin/openapi/rid/get': post(requestOf),
  'wxa/msg_sec_check': post(checkContent),
};

const Check = z.object({ action: z.string(), check_operator: z.string().default('DEFAULT') });
const Rid = z.object({ rid: z.string() });
const Content = z.object({ content: z.string().max(2500), openid: z.string(), scene: z.int() });

const RID_SECONDS = 7 * 86_400;

function checkCallback(_: Platform, { body }: Asked): object {
  const { action, check_operator: operator } = read(Check, body);
  if (!['dns', 'ping', 'all'].includes(action)) throw new ApiProblem(40202, 'invalid action');
  if (!['CHINANET', 'UNICOM', 'CAP', 'DEFAULT'].includes(operator)) {
    throw new ApiProblem(40203, 'invalid check_operator');
  }
  const [ip = ''] = ADDRESSES;
  const dns = [{ ip, real_operator: operator }];
  const ping = [{ ip, from_operator: operator, package_loss: '0%', time: '1.000ms' }];
  return { ...(action !== 'ping' && { dns }), ...(action !== 'dns' && { ping }) };
}

/** What was asked and answered, by the `rid` in an error message. */
function requestOf({ exchanges, world }: Platform, { body }: Asked): object {
  const { rid } = read(Rid, body);
  if (!/^[0-9a-f]+-[0-9a-f]{16}$/.test(rid)) throw new ApiProblem(76002, 'invalid rid');
  const found = exchanges.after(0).find((exchange) => exchange.rid === rid);
  if (!found) throw new ApiProblem(76001, 'rid not found');
  const invoked = secondsOf(found.at);
  if (invoked + RID_SECONDS <= secondsOf(world.clock.now())) {
    throw new ApiProblem(76004, 'rid expired');
  }
  const { ms, url, request, response } = found;
  return {
    request: {
      invoke_time: invoked,
      cost_in_ms: ms,
      request_url: url,
      request_body: request,
      response_body: response,
      client_ip: '127.0.0.1',
    },
  };
}

/** The beginnings of the platform's own examples of what it refuses. */
const RISKY = ['特3456书yuuo莞6543李zxcz蒜7782法fgnv级', '完2347全dfji试3726测asad感3847知qwez到'];

function checkContent(_: Platform, { body }: Asked): object {
  const { content } = read(Content, body);
  const isRisky = RISKY.some((text) => content.includes(text));
  return {
    result: isRisky ? { suggest: 'risky', label: 20006 } : { suggest: 'pass', label: 100 },
    trace_id: '',
    detail: [],
  };
}
