import { z } from 'zod';
import { moment, nothing } from './answers.ts';
import type { Caller } from './caller.ts';

/** A talk between a follower and somebody of the desk. */
export interface DeskSession {
  readonly openId: string;
  readonly account: string;
  readonly since: Date | null;
}

/** A follower whom nobody has taken yet, and when they wrote last. */
export interface WaitingFollower {
  readonly openId: string;
  readonly wroteAt: Date | null;
}

/** Who talks with whom (reference 5.5). A reply of type `transfer` hands a chat over, too. */
export interface DeskSessions {
  /** Gives a follower who wrote within 48 hours to somebody who is online. */
  create(openId: string, account: string): Promise<void>;
  close(openId: string, account: string): Promise<void>;
  /** Null when nobody talks with them. */
  of(openId: string): Promise<DeskSession | null>;
  list(account: string): Promise<readonly DeskSession[]>;
  /** The first hundred who wait, and how many wait in all. */
  waiting(): Promise<{ readonly count: number; readonly followers: readonly WaitingFollower[] }>;
}

const one = z.object({ kf_account: z.string(), createtime: moment });
const listed = z.object({
  sessionlist: z.array(z.object({ openid: z.string(), createtime: moment })),
});
const queue = z.object({
  count: z.number(),
  waitcaselist: z.array(
    z.object({ openid: z.string(), latest_time: moment.optional(), createtime: moment.optional() }),
  ),
});

export function deskSessions(caller: Caller): DeskSessions {
  async function change(name: 'create' | 'close', openId: string, account: string): Promise<void> {
    const json = { kf_account: account, openid: openId };
    await caller.call({ path: `customservice/kfsession/${name}`, json, answer: nothing });
  }

  return {
    create: (openId, account) => change('create', openId, account),
    close: (openId, account) => change('close', openId, account),
    async of(openId) {
      const path = 'customservice/kfsession/getsession';
      const query = { openid: openId };
      const given = await caller.call({ path, query, answer: one, repeatable: true });
      const { kf_account: account, createtime: since } = given;
      return account === '' ? null : { openId, account, since };
    },
    async list(account) {
      const path = 'customservice/kfsession/getsessionlist';
      const query = { kf_account: account };
      const given = await caller.call({ path, query, answer: listed, repeatable: true });
      return given.sessionlist.map(({ openid, createtime }) => {
        return { openId: openid, account, since: createtime };
      });
    },
    async waiting() {
      const path = 'customservice/kfsession/getwaitcase';
      const { count, waitcaselist } = await caller.call({ path, answer: queue, repeatable: true });
      const followers = waitcaselist.map(({ openid, latest_time, createtime }) => ({
        openId: openid,
        wroteAt: latest_time ?? createtime ?? null,
      }));
      return { count, followers };
    },
  };
}
