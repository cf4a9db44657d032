import { addDays } from '../../kernel/business-day.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import type { Feature } from '../feature.ts';
import { soonExpiring } from '../soon-expiring.ts';

const ROWS_MAX = 5;
const REVIVAL = '找回';

export const expiringFeature: Feature = {
  intent: 'expiring',

  async reply({ ctx, member, understood, say, words }) {
    // Getting expired points back shares the intent, and does not exist yet.
    if (understood.word === REVIVAL) return say('feature.absent');
    const expiring = await soonExpiring(ctx, member._id);
    if (expiring.length === 0) {
      const { available: balance } = await ledger.balanceOf(ctx, member._id);
      return say('expiring.none', { balance });
    }
    const rows = expiring
      .slice(0, ROWS_MAX)
      .map(({ expiresOn, points }) =>
        words('expiring.row', { lastDay: addDays(expiresOn, -1), points }),
      );
    return say('expiring.list', { rows: rows.join('\n') });
  },
};
