import { z } from 'zod';
import { idText, moment, nothing } from './answers.ts';
import type { Caller } from './caller.ts';

/** Somebody of the desk. */
export interface DeskAccount {
  /** `name@account`. */
  readonly account: string;
  readonly id: string;
  readonly nickname: string;
  readonly pictureUrl: string;
  /** Their own WeChat name; null before they have agreed. */
  readonly wechatName: string | null;
  /** Who was invited and has not agreed yet. */
  readonly invited: {
    readonly wechatName: string;
    /** `waiting`, `rejected` or `expired`. */
    readonly status: string;
    readonly until: Date | null;
  } | null;
}

/** Somebody who is at the desk now. */
export interface DeskPresence {
  readonly account: string;
  readonly id: string;
  /** How many followers they are talking with. */
  readonly sessions: number;
}

/** At most a hundred accounts (reference 5.5). */
export interface DeskAccounts {
  list(): Promise<readonly DeskAccount[]>;
  online(): Promise<readonly DeskPresence[]>;
  /** A new one can do nothing until somebody is invited to it. */
  add(account: string, nickname: string): Promise<void>;
  rename(account: string, nickname: string): Promise<void>;
  delete(account: string): Promise<void>;
  /** Asks somebody to answer under this account. */
  invite(account: string, wechatName: string): Promise<void>;
}

const listed = z.object({
  kf_list: z.array(
    z
      .object({
        kf_account: z.string(),
        kf_id: idText,
        kf_nick: z.string().default(''),
        kf_headimgurl: z.string().default(''),
        kf_wx: z.string().optional(),
        invite_wx: z.string().optional(),
        invite_status: z.string().default(''),
        invite_expire_time: moment.optional(),
      })
      .transform(
        (given): DeskAccount => ({
          account: given.kf_account,
          id: given.kf_id,
          nickname: given.kf_nick,
          pictureUrl: given.kf_headimgurl,
          wechatName: given.kf_wx || null,
          invited: given.invite_wx
            ? {
                wechatName: given.invite_wx,
                status: given.invite_status,
                until: given.invite_expire_time ?? null,
              }
            : null,
        }),
      ),
  ),
});
const present = z.object({
  kf_online_list: z.array(
    z.object({ kf_account: z.string(), kf_id: idText, accepted_case: z.number() }).transform(
      (given): DeskPresence => ({
        account: given.kf_account,
        id: given.kf_id,
        sessions: given.accepted_case,
      }),
    ),
  ),
});

export function deskAccounts(caller: Caller): DeskAccounts {
  async function change(name: 'add' | 'update' | 'inviteworker', json: object): Promise<void> {
    await caller.call({ path: `customservice/kfaccount/${name}`, json, answer: nothing });
  }

  return {
    async list() {
      const path = 'cgi-bin/customservice/getkflist';
      return (await caller.call({ path, answer: listed, repeatable: true })).kf_list;
    },
    async online() {
      const path = 'cgi-bin/customservice/getonlinekflist';
      return (await caller.call({ path, answer: present, repeatable: true })).kf_online_list;
    },
    add: (account, nickname) => change('add', { kf_account: account, nickname }),
    rename: (account, nickname) => change('update', { kf_account: account, nickname }),
    async delete(account) {
      const query = { kf_account: account };
      await caller.call({ path: 'customservice/kfaccount/del', query, answer: nothing });
    },
    invite: (account, wechatName) => {
      return change('inviteworker', { kf_account: account, invite_wx: wechatName });
    },
  };
}
