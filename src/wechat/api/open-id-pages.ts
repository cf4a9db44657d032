import { z } from 'zod';
import { RemoteError } from '../../platform/remote.ts';

/** One page; `data` is left out when it is empty (reference 5.7). */
export const openIdPage = z.object({
  data: z.object({ openid: z.array(z.string()) }).optional(),
  next_openid: z.string().optional(),
});

type OpenIdPage = z.infer<typeof openIdPage>;

/**
 * Walks a list of followers page by page and keeps none of them. Goes on after `after`, the last one
 * of an earlier walk. @throws RemoteError when the platform's cursor stands still
 */
export async function* openIdPages(
  pageAfter: (openId: string) => Promise<OpenIdPage>,
  after = '',
): AsyncGenerator<readonly string[]> {
  let from = after;
  for (;;) {
    const { data, next_openid: next = '' } = await pageAfter(from);
    const openIds = data?.openid ?? [];
    if (openIds.length === 0) return;
    yield openIds;
    if (next === '') return;
    if (next === from) throw new RemoteError('wechat', { reason: 'unexpected' });
    from = next;
  }
}
