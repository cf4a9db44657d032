import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { localKeyValue } from '../../src/platform/local-key-value.ts';
import { type WechatApi, wechatApi } from '../../src/wechat/index.ts';

/**
 * What the platform does with one message: takes it, refuses it by a number, takes it and never
 * answers, or hangs up before it has read it.
 */
export type Does = 'takes' | 'loses-reply' | { readonly errcode: number };

/** One message as the platform was asked to send it. */
export interface Asked {
  readonly api: string;
  readonly openIds: readonly string[];
  readonly clientId: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A platform that sends to anybody, knows repeated ids, and counts what each phone shows. */
export interface CrowdPlatform {
  readonly baseUrl: string;
  readonly api: WechatApi;
  /** How many messages each open id was shown. */
  readonly shown: Map<string, number>;
  /** Every call that sends, in order, repeated ones too. */
  readonly asked: Asked[];
  /** Decides about each call; takes all of them at first. */
  does: (asked: Asked) => Does | Promise<Does>;
  /** Is told the number of each message that was taken, before the reply goes out. */
  took: (msgId: string, asked: Asked) => Promise<void>;
  /** Forgets the ids that it knew, as after ten minutes. */
  forgetIds(): void;
  close(): Promise<void>;
}

const SENDING = new Map([
  ['/cgi-bin/message/template/send', 'template'],
  ['/cgi-bin/message/subscribe/bizsend', 'subscription'],
  ['/cgi-bin/message/mass/send', 'mass'],
  ['/cgi-bin/message/mass/sendall', 'mass-all'],
]);
const FIELDS = [
  { label: '商品', key: 'thing1' },
  { label: '日期', key: 'date2' },
];
const content = FIELDS.map(({ label, key }) => `${label}：{{${key}.DATA}}`).join('\n');
const ANSWERS: Readonly<Record<string, object>> = {
  '/cgi-bin/stable_token': { access_token: 'of-the-crowd', expires_in: 7200 },
  '/cgi-bin/template/get_all_private_template': {
    template_list: [{ template_id: 'T1', title: '到货提醒', content }],
  },
  '/wxaapi/newtmpl/gettemplate': {
    data: [{ priTmplId: 'S1', title: '上新提醒', content, example: '', type: 2 }],
  },
};

export async function openCrowdPlatform(): Promise<CrowdPlatform> {
  const shown = new Map<string, number>();
  const known = new Map<string, number>();
  const asked: Asked[] = [];
  let lastMsgId = 3_147_483_000;

  function show(call: Asked): object {
    const key = keyOf(call);
    const before = known.get(key);
    if (before !== undefined) {
      const again = { errcode: 45_065, errmsg: 'clientmsgid exist', msg_id: before };
      return call.api.startsWith('mass') ? again : { errcode: 0, msgid: before };
    }
    lastMsgId += 1;
    known.set(key, lastMsgId);
    for (const openId of call.openIds) shown.set(openId, (shown.get(openId) ?? 0) + 1);
    return { errcode: 0, errmsg: 'ok', msgid: lastMsgId, msg_id: lastMsgId };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://platform');
    const api = SENDING.get(pathname);
    const body = JSON.parse((await text(request)) || '{}') as Asked['body'];
    const reply = (json: object) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(json));
    if (api === undefined) return void reply(ANSWERS[pathname] ?? { errcode: 0 });
    const clientId = String(body.client_msg_id ?? body.clientmsgid ?? '');
    const call = { api, openIds: [body.touser ?? []].flat() as string[], clientId, body };
    asked.push(call);
    const does = await platform.does(call);
    if (typeof does === 'object') return void reply({ errcode: does.errcode, errmsg: 'played' });
    const shownAs = show(call);
    await platform.took(String(known.get(keyOf(call))), call);
    if (does === 'loses-reply') request.socket.destroy();
    else reply(shownAs);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const platform: CrowdPlatform = {
    baseUrl,
    api: apiOf(baseUrl),
    shown,
    asked,
    does: () => 'takes',
    took: async () => {},
    forgetIds: () => known.clear(),
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
  return platform;
}

function keyOf({ openIds, clientId }: Asked): string {
  return openIds.length === 1 ? `${openIds[0]} ${clientId}` : clientId;
}

const clock = () => new Date(performance.timeOrigin + performance.now());
const log = { debug() {}, info() {}, warn() {}, error() {} };

function apiOf(baseUrl: string): WechatApi {
  const url = new URL(baseUrl);
  const keyValue = localKeyValue({ file: null, clock, log });
  const access = { appId: 'wxcrowd', secret: 'pretend', keyValue, clock, hosts: [] };
  return wechatApi({ ...access, baseUrl: url, openBaseUrl: url });
}
