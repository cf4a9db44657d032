import type { Deliver } from '../../src/simulator/index.ts';
import type { Account } from '../../src/simulator/line/account.ts';
import { openReply } from '../../src/simulator/line/reply.ts';

/**
 * Delivers every push three times, as WeChat does when it did not see the answer: by turns one after
 * another and all at once. `contradict` hears of answers to one push that do not say the same.
 */
export function threeDeliveries(
  account: Account,
  deliver: Deliver,
  contradict: (what: string) => void,
): Deliver {
  let pushes = 0;
  return async (delivery) => {
    if (delivery.method === 'GET') return deliver(delivery);
    pushes += 1;
    const first = deliver(delivery);
    if (pushes % 3 > 0) await first;
    const answers = [first, deliver(delivery), deliver(delivery)];
    const [answer, ...repeats] = await Promise.all(answers);
    const openId = delivery.query.openid ?? '';
    const said = (one: { body: string } | undefined) =>
      JSON.stringify(openReply(account, openId, one?.body ?? '').heard);
    for (const repeat of repeats) {
      if (said(repeat) !== said(answer)) contradict(`${said(answer)}, again: ${said(repeat)}`);
    }
    return first;
  };
}
