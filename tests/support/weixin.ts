import nock from 'nock';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { AccessToken } from '../../src/wechat/access-token.ts';
import { type Caller, caller } from '../../src/wechat/api/caller.ts';

const HOST = 'https://api.weixin.qq.com';

export const OK = { errcode: 0, errmsg: 'ok' };

/** What a call looks like on the wire, what is answered, and what the caller gets. */
export interface Exchange {
  /** `POST /cgi-bin/tags/create`, `GET /cgi-bin/user/info?openid=o1`; without the token. */
  readonly asks: string;
  /** The whole body, or nothing. */
  readonly body?: nock.DataMatcherMap;
  /** An object, or the text of one. */
  readonly answer?: nock.Body;
}

/** Expects every exchange once and in its order, and lets no other call out. */
export function answers(...exchanges: readonly Exchange[]): void {
  for (const { asks, body, answer = OK } of exchanges) {
    const [method = '', address = ''] = asks.split(' ');
    const { pathname, searchParams } = new URL(address, HOST);
    const query = { ...Object.fromEntries(searchParams), access_token: 'T' };
    nock(HOST).intercept(pathname, method, body).query(query).reply(200, answer);
  }
}

/** A caller whose token is `T`, and `T2` after that was refused; it never waits. */
export function pretendCaller(
  token: AccessToken = { current: async () => 'T', refreshed: async () => 'T2' },
): { readonly caller: Caller; readonly pauses: number[] } {
  const pauses: number[] = [];
  const pause = async (pauseMs: number) => void pauses.push(pauseMs);
  return { pauses, caller: caller({ baseUrl: new URL(`${HOST}/`), token, pause }) };
}

/** No test of the file reaches the network, and each makes all the calls that it announced. */
export function useNoNetwork(): void {
  beforeAll(() => nock.disableNetConnect());
  afterEach(() => {
    const missing = nock.pendingMocks();
    nock.cleanAll();
    expect(missing).toEqual([]);
  });
}

/** One line of a table of calls: its name, the wire, the call, and what it gives. */
export type Row<Area> = readonly [
  name: string,
  wire: Exchange | readonly Exchange[],
  call: (area: Area) => Promise<unknown>,
  gives?: unknown,
];

/** One test for each row. */
export function testCalls<Area>(area: Area, rows: readonly Row<Area>[]): void {
  for (const [name, wire, call, gives] of rows) {
    test(name, async () => {
      answers(...[wire].flat());
      expect(await call(area)).toEqual(gives);
    });
  }
}
