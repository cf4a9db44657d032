import { z } from 'zod';
import { NO_WINDOWS } from './windows.ts';

const Window = z.object({ until: z.number(), left: z.number() }).readonly().nullable();

export const Follower = z.object({
  openId: z.string(),
  name: z.string(),
  standing: z.enum(['new', 'following', 'left']),
  /** Seconds; 0 for somebody who never followed. */
  followedAt: z.number(),
  windows: z.object({ message: Window, tap: Window }).readonly(),
  /** What the service wrote about this person; nobody else sees it. */
  remark: z.string().default(''),
  /** Tags in the order in which they were given; the last one decides about menus. */
  tags: z.array(z.int()).default([]),
  /** On the account's blacklist. */
  isBlocked: z.boolean().default(false),
  /** What the code held that the person followed by; null for another way. */
  scene: z.string().nullable().default(null),
  /** Mass messages of a calendar month such as `2026-11`. */
  mass: z.object({ month: z.string(), times: z.int() }).nullable().default(null),
});

/** A WeChat user, as the platform knows one. */
export type Follower = z.infer<typeof Follower>;

/** Whom the world begins with. */
export type Newcomer = Pick<Follower, 'openId' | 'name' | 'standing'>;

/** Somebody with whom nothing has happened yet. */
export function asFollower(newcomer: Newcomer): Follower {
  return {
    ...newcomer,
    followedAt: newcomer.standing === 'new' ? 0 : 1,
    windows: NO_WINDOWS,
    remark: '',
    tags: [],
    isBlocked: false,
    scene: null,
    mass: null,
  };
}
