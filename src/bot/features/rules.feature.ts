import type { Feature } from '../feature.ts';

export const rulesFeature: Feature = {
  intent: 'rules',
  reply: async ({ links, say }) => say('rules.page', { url: links.rules() }),
};
