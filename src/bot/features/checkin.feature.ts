import * as checkin from '../../loyalty/checkin/index.ts';
import type { Feature } from '../feature.ts';

const MAKE_UP = '补签';

export const checkinFeature: Feature = {
  intent: 'checkin',

  async reply({ ctx, member, understood, say }) {
    // Making up for a missed day shares the intent, and does not exist yet.
    if (understood.word === MAKE_UP) return say('feature.absent');
    const result = await checkin.checkIn(ctx, member._id);
    return say(`checkin.${result.occasion}`, result);
  },
};
