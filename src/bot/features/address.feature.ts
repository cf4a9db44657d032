import * as members from '../../loyalty/members/index.ts';
import type { Feature } from '../feature.ts';

export const addressFeature: Feature = {
  intent: 'address',

  async reply({ ctx, member, links, say }) {
    const url = links.address(member._id, ctx.now);
    const address = await members.addressOf(ctx, member._id);
    if (!address) return say('address.none', { url });
    const { name: receiver, phone, region } = members.maskedAddress(address);
    return say('address.known', { receiver, phone, region, url });
  },
};
