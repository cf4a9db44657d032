import { offerFor, search } from '../dialogs/offer.ts';
import { showQuote } from '../dialogs/quote.ts';
import { showList, showUnmatched } from '../dialogs/reward-list.ts';
import type { Feature } from '../feature.ts';

/** How sure it is that a text is a sentence about something to be redeemed. */
const SENTENCE = 0.85;

export const redeemFeature: Feature = {
  intent: 'redeem',
  asksItself: true,

  async reply(turn) {
    const { rest, confidence } = turn.understood;
    if (rest === '') return showList(turn);
    const [only, ...others] = search(await offerFor(turn.ctx, turn), rest);
    if (only && others.length === 0) return showQuote(turn, { rewardId: only._id, shown: null });
    // What happens to stand behind a word within a text need not be the name of anything.
    return only || confidence >= SENTENCE ? showUnmatched(turn, rest) : showList(turn);
  },
};
