import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Long enough for both instances to ask before one of them has an answer. */
const GRANT_MS = 20;
const REFUSED = { errcode: 40_001, errmsg: 'invalid credential, access_token is invalid' };
const NO_MENU = { errcode: 46_003, errmsg: 'menu no exist' };

/** A platform that gives out access tokens, counts them, and takes no other (reference 4.2). */
export interface TokenPlatform {
  readonly baseUrl: URL;
  /** How many tokens it was asked for. */
  readonly grants: () => number;
  /** Calls with a token, by the token's number. */
  readonly calls: Map<number, number>;
  /** From now on no token that was given out is good. */
  revoke(): void;
  close(): Promise<void>;
}

export async function openTokenPlatform(): Promise<TokenPlatform> {
  let grants = 0;
  let firstGood = 1;
  const calls = new Map<number, number>();

  async function grant(response: ServerResponse): Promise<void> {
    grants += 1;
    const given = { access_token: `T${grants}`, expires_in: 7200 };
    // A new token leaves the one before it five minutes.
    firstGood = Math.max(firstGood, grants - 1);
    await wait(GRANT_MS);
    answer(response, given);
  }

  function take(response: ServerResponse, token: string | null): void {
    const number = Number(token?.slice(1));
    const isGood = number >= firstGood && number <= grants;
    if (isGood) calls.set(number, (calls.get(number) ?? 0) + 1);
    answer(response, isGood ? NO_MENU : REFUSED);
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://platform');
    request.resume();
    if (!pathname.endsWith('stable_token')) return take(response, searchParams.get('access_token'));
    grant(response).catch((error: Error) => response.destroy(error));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: new URL(`http://127.0.0.1:${port}/`),
    grants: () => grants,
    calls,
    revoke() {
      firstGood = grants + 1;
    },
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function answer(response: ServerResponse, json: object): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(json));
}
