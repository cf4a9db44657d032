import { findCode, type Scanned, scanned } from './account/codes.ts';
import { type Button, menuFor } from './account/menus.ts';
import { codeUnknown } from './errors.ts';
import { secondsOf } from './line/push.ts';
import { eventPush, sceneFields, textPush } from './line/pushes.ts';
import { type Told, tell } from './line/tell.ts';
import type { Field } from './line/xml.ts';
import type { Platform } from './platform.ts';
import type { Follower } from './world/follower.ts';
import { enter, findFollower, newOpenId, speaker, touch } from './world/people.ts';
import { NO_WINDOWS } from './world/windows.ts';

const EVENT = { via: 'event', failureShows: false } as const;

export interface FollowAct {
  readonly openId?: string | undefined;
  readonly scene?: string | undefined;
  /** The very code, when there are several for the scene. */
  readonly code?: Scanned | undefined;
}

/** Follows the account, by a code when `scene` is given; without an open id a new person comes. */
export async function follow(platform: Platform, act: FollowAct): Promise<Told> {
  const { world, words } = platform;
  const { openId = newOpenId(), scene } = act;
  const follower = findFollower(world, openId) ?? newcomer(platform, openId);
  follower.standing = 'following';
  follower.followedAt = secondsOf(world.clock.now());
  follower.scene = scene ?? null;
  touch(world, follower, 'tap');
  const code = scene === undefined ? null : (act.code ?? scanned(world, scene));
  const fields = code ? sceneFields(code, 'qrscene_') : [['EventKey', ''] as const];
  const text = words('simulator.did.follow');
  return tell(platform, eventPush(world, { openId, event: 'subscribe', fields }), {
    ...EVENT,
    text: scene === undefined ? text : `${words('simulator.did.scan', { scene })} ${text}`,
  });
}

/** Stops following. @throws NOT_FOLLOWING */
export async function unfollow(
  platform: Platform,
  { openId }: { readonly openId: string },
): Promise<Told> {
  const { world, words } = platform;
  const follower = speaker(world, openId);
  follower.standing = 'left';
  follower.windows = NO_WINDOWS;
  follower.tags = [];
  const fields = [['EventKey', ''] as const];
  const push = eventPush(world, { openId, event: 'unsubscribe', fields });
  return tell(platform, push, { ...EVENT, text: words('simulator.did.unfollow') });
}

export interface SayAct {
  readonly openId: string;
  readonly text: string;
  /** One that was there before delivers that message again as it was. */
  readonly msgId?: string | undefined;
  /** Delivers the same message so many more times. */
  readonly repeat?: number | undefined;
  /** The id behind a word that was tapped in a message; absent for what was typed. */
  readonly menuId?: string | undefined;
}

/** Writes a text, or taps a word in a message. @throws NOT_FOLLOWING */
export async function say(platform: Platform, act: SayAct): Promise<Told> {
  const { world } = platform;
  const { openId, text, msgId, repeat = 0 } = act;
  touch(world, speaker(world, openId), act.menuId === undefined ? 'message' : 'tap');
  const before = msgId === undefined ? undefined : world.sent.get(msgId);
  const push = before?.openId === openId ? before : textPush(world, act);
  return tell(platform, push, { text, via: 'message', failureShows: true, repeat });
}

/** Taps a menu button: by its key, or one that opens a page by its address. @throws NOT_FOLLOWING */
export async function tap(
  platform: Platform,
  { openId, key }: { readonly openId: string; readonly key: string },
): Promise<Told> {
  const { world, words } = platform;
  const follower = speaker(world, openId);
  const event = /^https?:\/\//.test(key) ? 'VIEW' : 'CLICK';
  // A button that opens a page opens no window for customer messages (reference 5.1).
  if (event === 'CLICK') touch(world, follower, 'tap');
  const shown = menuFor(world.state, follower);
  const menuId: Field[] = event === 'VIEW' && shown?.menuId ? [['MenuId', shown.menuId]] : [];
  const push = eventPush(world, { openId, event, fields: [['EventKey', key], ...menuId] });
  const text = words('simulator.did.tap', { button: buttonOf(shown?.button ?? [], key) });
  return tell(platform, push, { text, via: 'event', failureShows: event === 'CLICK' });
}

/** A code by what it holds, or by the ticket with which the service made it. */
export interface ScanAct {
  readonly openId: string;
  readonly scene?: string | undefined;
  readonly ticket?: string | undefined;
}

/** Scans a code; who does not follow yet follows by it. @throws CODE_UNKNOWN */
export async function scan(platform: Platform, { openId, ...act }: ScanAct): Promise<Told> {
  const { world, words } = platform;
  const code = codeOf(platform, act);
  const { scene } = code;
  const follower = findFollower(world, openId);
  if (follower?.standing !== 'following') return follow(platform, { openId, scene, code });
  touch(world, follower, 'tap');
  const push = eventPush(world, { openId, event: 'SCAN', fields: sceneFields(code) });
  return tell(platform, push, { ...EVENT, text: words('simulator.did.scan', { scene }) });
}

function codeOf({ world }: Platform, { scene, ticket }: Omit<ScanAct, 'openId'>): Scanned {
  if (ticket === undefined) return scanned(world, scene ?? '');
  const code = findCode(world, ticket);
  if (!code) throw codeUnknown();
  return code;
}

function newcomer({ world, words }: Platform, openId: string): Follower {
  world.state.newcomers += 1;
  const name = words('simulator.people.newcomer', { number: world.state.newcomers });
  return enter(world, { openId, name, standing: 'following' });
}

/** How the button with this key or address is called; the key itself when there is none. */
function buttonOf(top: readonly Button[], key: string): string {
  const all = [...top, ...top.flatMap((button) => button.sub_button ?? [])];
  return all.find((button) => button.key === key || button.url === key)?.name ?? key;
}
