import {
  ChoosePage,
  ConsentPage,
  WrongLinkPage,
} from '../../../../templates/simulator/sns-pages.tsx';
import type { Platform } from '../../platform.ts';
import type { Follower } from '../../world/follower.ts';
import { findFollower } from '../../world/people.ts';
import { type PlainAnswer, pageAnswer } from '../answers.ts';
import type { Asked } from '../asked.ts';

/** What WeChat asks for: nothing (`base`), the profile, or one message. */
export type Purpose = 'base' | 'userinfo' | 'once';

/** Whose phone it is, and what was answered there. */
export interface Choice {
  readonly person: Follower;
  readonly allows: boolean;
}

const PEOPLE_MAX = 80;

/**
 * Finds out whose phone this is, and what its owner answers; a page that asks, where that is not known
 * yet. Its links carry the answer in `as` and `answer`, which the real platform has no need of.
 */
export function asking(platform: Platform, asked: Asked, purpose: Purpose): Choice | PlainAnswer {
  const { world, view, account } = platform;
  const { as = asked.phone ?? '', answer } = asked.query;
  const person = findFollower(world, as);
  const link = (more: Readonly<Record<string, string>>) => linkTo(asked, more);
  if (!person) {
    const people = world.state.followers.slice(-PEOPLE_MAX).map(({ openId, name }) => ({
      name,
      href: link({ as: openId }),
    }));
    return pageAnswer(ChoosePage({ people, view }));
  }
  if (purpose === 'base' || answer) return { person, allows: answer !== 'refuse' };
  const { openId, name } = person;
  const allow = link({ as: openId, answer: 'allow' });
  const snapshot = purpose === 'once' ? null : link({ as: openId, answer: 'allow', snapshot: '1' });
  const refuse = link({ as: openId, answer: 'refuse' });
  return pageAnswer(ConsentPage({ account, name, purpose, allow, refuse, snapshot, view }));
}

/** What WeChat shows for a link that it does not understand. */
export function wrongLink({ view }: Platform): PlainAnswer {
  return pageAnswer(WrongLinkPage({ view }), 400);
}

function linkTo({ query }: Asked, more: Readonly<Record<string, string>>): string {
  const whole = Object.entries({ ...query, ...more });
  return `?${new URLSearchParams(whole.map(([name, value]) => [name, value ?? '']))}`;
}
