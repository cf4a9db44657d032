import { businessDayOf } from '../../kernel/business-day.ts';
import { menuFor } from '../account/menus.ts';
import type { Platform } from '../platform.ts';
import type { Follower } from '../world/follower.ts';
import { findFollower } from '../world/people.ts';
import { messagesLeft } from '../world/windows.ts';
import { shownExchanges } from './shown-exchanges.ts';
import { shownLines } from './shown-lines.ts';
import { shownMenu } from './shown-menu.ts';

/** Which page is asked for: whose phone, and what is shown already. */
export interface Wanted {
  /** Unset: the first person there is. */
  readonly openId?: string | undefined;
  /** The number of the last message that is shown. */
  readonly line: number;
  /** The id of the last exchange that is shown. */
  readonly exchange: number;
}

/** How many exchanges a page begins with; more would make it heavy. */
const EXCHANGES_FIRST = 20;
const LINES_FIRST = 50;
const PEOPLE_MAX = 80;

/** All that the page shows of the platform at this moment. */
export function pageFacts(platform: Platform, { openId, line, exchange }: Wanted) {
  const { account, world, transcript, exchanges, tokens } = platform;
  const now = world.clock.now();
  const people = world.state.followers;
  const person = openId === undefined ? (people[0] ?? null) : findFollower(world, openId);
  const all = person ? transcript.of(person.openId) : [];
  const sent = exchanges.after(exchange);
  return {
    account,
    // The newest are what one looks for once there are many; the chosen one is always there.
    people: newest(people, person),
    person,
    messagesLeft: person ? messagesLeft(person.windows, now) : 0,
    lines: shownLines(all, line).slice(-LINES_FIRST),
    buttons: shownMenu(menuFor(world.state, person)?.button ?? null),
    exchanges: shownExchanges(sent).slice(-EXCHANGES_FIRST),
    tokensIssued: tokens.issued(),
    now: { day: businessDayOf(now), time: now },
    shown: { line: all.at(-1)?.number ?? 0, exchange: sent.at(-1)?.id ?? exchange },
  };
}

function newest(people: readonly Follower[], person: Follower | null): readonly Follower[] {
  const last = people.slice(-PEOPLE_MAX);
  return person === null || last.includes(person) ? last : [person, ...last];
}
