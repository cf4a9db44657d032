import type { Feature } from '../feature.ts';

const MEMBER_WORDS = ['资料', '个人资料', '会员号'];

export const profileFeature: Feature = {
  intent: 'profile',

  async reply({ ctx, member, understood, links, say }) {
    // Birthday and form of address share the intent, and do not exist yet.
    const { word } = understood;
    if (word !== '' && !MEMBER_WORDS.includes(word)) return say('feature.absent');
    const url = links.address(member._id, ctx.now);
    return say('profile.card', { memberNo: member.memberNo, url });
  },
};
