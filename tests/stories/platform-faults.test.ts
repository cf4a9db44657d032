import { readFile } from 'node:fs/promises';
import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signatureOf } from '../../src/simulator/line/cipher.ts';
import { type PretendPlatform, pretendPlatform } from '../support/pretend-platform.ts';
import { replyTo } from '../support/scripted-service.ts';

const openId = 'o_sim_xiaoman';
const path = 'cgi-bin/menu/get';
const create = 'cgi-bin/menu/create';
const menu = { button: [{ type: 'click', name: '签到', key: 'CHECKIN' }] };
let platform: PretendPlatform;

beforeEach(async () => {
  platform = await pretendPlatform();
});
afterEach(() => platform.close());

const getMenu = () => platform.get(path);
const fault = (asked: Parameters<PretendPlatform['simulator']['addFault']>[0]) =>
  platform.simulator.addFault(asked);

describe('what goes wrong with a call', () => {
  test('an error code comes so many times, and the inspector says that it was played', async () => {
    fault({ path: `/${path}`, kind: 'errcode', errcode: 45009, times: 2 });
    for (let call = 0; call < 2; call += 1) {
      expect(await getMenu()).toMatchObject({ errcode: 45009 });
    }
    expect(await getMenu()).toMatchObject({ errcode: 46003 });
    const played = platform.simulator.exchanges().filter((one) => one.fault === 'errcode');
    expect(played).toHaveLength(2);
    expect(platform.simulator.faults()).toEqual([]);
  });

  test('a late answer is the right one', async () => {
    fault({ path, kind: 'delay', delayMs: 5 });
    expect(await getMenu()).toMatchObject({ errcode: 46003 });
    expect(platform.simulator.exchanges().at(-1)).toMatchObject({ fault: 'delay', status: 200 });
  });

  test('silence ends with a broken connection, and nothing was done', async () => {
    fault({ path: create, kind: 'silence', delayMs: 5 });
    await expect(platform.post(create, menu)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await getMenu()).toMatchObject({ errcode: 46003 });
  });

  test('a reset does nothing, a lost answer had done all', async () => {
    fault({ path: create, kind: 'reset' });
    await expect(platform.post(create, menu)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await getMenu()).toMatchObject({ errcode: 46003 });
    fault({ path: create, kind: 'lost' });
    await expect(platform.post(create, menu)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await getMenu()).toMatchObject({ menu });
    expect(platform.simulator.exchanges().at(-3)).toMatchObject({ fault: 'lost', status: 0 });
  });

  test('a server error, a web page and an empty body are no JSON', async () => {
    const answered = async (asked: Parameters<typeof fault>[0]) => {
      fault(asked);
      const { status, headers, body } = await platform.open(path);
      return { status, type: headers['content-type'], text: String(body) };
    };
    const html = 'text/html; charset=utf-8';
    expect(await answered({ path, kind: 'status', status: 502 })).toEqual({
      status: 502,
      type: html,
      text: '<html><body>502</body></html>',
    });
    expect(await answered({ path, kind: 'html' })).toMatchObject({ status: 200, type: html });
    expect(await answered({ path, kind: 'empty' })).toMatchObject({ status: 200, text: '' });
  });

  test('tokens end early, and a new one is good', async () => {
    fault({ path, kind: 'token' });
    expect(await getMenu()).toMatchObject({ errcode: 40001 });
    expect(await getMenu()).toMatchObject({ errcode: 46003 });
  });

  test('a message is sent, and no event tells about it', async () => {
    const message = {
      touser: openId,
      template_id: 'tpl_points_expiring',
      data: {
        number1: { value: '1' },
        date2: { value: '2026年11月30日' },
        number3: { value: '2' },
        thing4: { value: '可用' },
      },
    };
    fault({ path: 'cgi-bin/message/template/send', kind: 'no-event' });
    for (const events of [0, 1]) {
      const sent = await platform.post('cgi-bin/message/template/send', message);
      expect(sent).toMatchObject({ errcode: 0 });
      await platform.simulator.settled();
      expect(platform.seen).toHaveLength(events);
    }
  });

  test('one for every path strikes whatever comes first, but no push', async () => {
    fault({ path: '*', kind: 'errcode', errcode: -1, times: 3 });
    await platform.simulator.say({ openId, text: '签到' });
    expect(platform.seen).toHaveLength(1);
    expect(platform.simulator.faults()).toMatchObject([{ times: 3 }]);
    expect((await platform.open(path)).body).toMatchObject({ errcode: -1 });
    expect(platform.simulator.faults()).toMatchObject([{ times: 2 }]);
  });

  test('a probability strikes the same calls for the same seed, until it is cleared', async () => {
    const struck = async (seed: number) => {
      fault({ path, kind: 'errcode', errcode: -1, probability: 0.5, seed });
      const codes: unknown[] = [];
      for (let call = 0; call < 20; call += 1) codes.push((await getMenu()).errcode);
      platform.simulator.clearFaults();
      return codes.map((code) => code === -1);
    };
    const [first, second, other] = [await struck(1), await struck(1), await struck(2)];
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first).size).toBe(2);
    expect(await getMenu()).toMatchObject({ errcode: 46003 });
  });
});

describe('what goes wrong with a push', () => {
  const query = (index: number) => platform.seen[index]?.query as Record<string, string>;
  const isSigned = (index: number) => {
    const { signature, timestamp = '', nonce = '' } = query(index);
    return signature === signatureOf('jifenwudemo', timestamp, nonce);
  };

  test('it comes twice with the same number', async () => {
    fault({ path: 'wechat', kind: 'duplicate' });
    const { deliveries } = await platform.simulator.say({ openId, text: '签到' });
    expect(deliveries).toHaveLength(1);
    expect(platform.seen).toHaveLength(2);
    expect(platform.seen[0]?.xml).toBe(platform.seen[1]?.xml);
  });

  test('the next one overtakes it', async () => {
    fault({ path: 'wechat', kind: 'reorder' });
    await Promise.all([
      platform.simulator.say({ openId, text: '第一' }),
      platform.simulator.say({ openId, text: '第二' }),
    ]);
    expect(platform.seen.map(({ field }) => field('Content'))).toEqual(['第二', '第一']);
  });

  test('its signature is wrong, once', async () => {
    fault({ path: 'wechat', kind: 'signature' });
    await platform.simulator.say({ openId, text: '签到' });
    await platform.simulator.say({ openId, text: '签到' });
    expect([isSigned(0), isSigned(1)]).toEqual([false, true]);
  });

  test('its clock is an hour ahead, and it is signed by that clock', async () => {
    fault({ path: 'wechat', kind: 'skew', skewSeconds: 3600 });
    await platform.simulator.say({ openId, text: '签到' });
    expect(query(0).timestamp).toBe('1795526040');
    expect(platform.seen[0]?.field('CreateTime')).toBe('1795526040');
    expect(isSigned(0)).toBe(true);
  });

  test('it comes late, and the answer is seen all the same', async () => {
    const answering = await pretendPlatform({
      deliver: async ({ body }) => ({
        status: 200,
        body: replyTo({ query: {}, xml: body, field: (name) => fieldOf(body, name) }, '好'),
      }),
    });
    answering.simulator.addFault({ path: 'wechat', kind: 'delay', delayMs: 5 });
    const { reply } = await answering.simulator.say({ openId, text: '签到' });
    expect(reply?.text).toBe('好');
    expect(answering.simulator.exchanges()).toMatchObject([{ fault: 'delay' }]);
    await answering.close();
  });
});

describe('the switches over HTTP', () => {
  test('they are set as scripts know them, listed, shown in the inspector and cleared', async () => {
    const app = Fastify();
    await app.register(platform.simulator.routes);
    const url = '/simulator/api/faults';
    const add = (payload: object) => app.inject({ method: 'POST', url, payload });
    expect((await add({ path: '/cgi-bin/menu/get', errcode: 45009, times: 1 })).statusCode).toBe(
      204,
    );
    expect((await add({ path: 'wechat', skewSeconds: 60 })).statusCode).toBe(204);
    expect((await add({ path: '*', status: 500, times: 2 })).statusCode).toBe(204);
    expect((await add({ path: '*', delayMs: 10 })).statusCode).toBe(204);
    expect((await add({ path: '*', kind: 'html', probability: 0.1, seed: 7 })).statusCode).toBe(
      204,
    );
    const { faults } = (await app.inject(url)).json();
    expect(faults).toMatchObject([
      { path: 'cgi-bin/menu/get', kind: 'errcode', errcode: 45009, times: 1 },
      { path: 'wechat', kind: 'skew', skewSeconds: 60, times: 1 },
      { kind: 'status', status: 500, times: 2 },
      { kind: 'delay', delayMs: 10, times: 1 },
      { kind: 'html', probability: 0.1, times: null },
    ]);
    const broken = await app.inject('/simulator/weixin/cgi-bin/menu/get?access_token=x');
    expect(broken.json()).toMatchObject({ errcode: 45009 });
    const page = await app.inject('/simulator');
    expect(page.body).toContain('故障：错误码');
    expect((await app.inject({ method: 'DELETE', url })).statusCode).toBe(204);
    expect((await app.inject(url)).json()).toEqual({ faults: [] });
    const consent = { openId, templateIds: ['t1'], answer: 'accept', where: 'settings' };
    const refused = await app.inject({
      method: 'POST',
      url: '/simulator/api/consent',
      payload: consent,
    });
    expect(refused.statusCode).toBe(422);
    const agreed = await app.inject({
      method: 'POST',
      url: '/simulator/api/consent',
      payload: { ...consent, where: 'popup' },
    });
    expect(agreed.json()).toMatchObject({ openId, msgId: null });
    await app.close();
  });

  test('a reset ends them, and what the account owned is gone', async () => {
    fault({ path, kind: 'errcode', errcode: -1 });
    await platform.post('cgi-bin/tags/create', { tag: { name: '常客' } });
    await platform.simulator.reset();
    expect(platform.simulator.faults()).toEqual([]);
    const { tags } = JSON.parse(await readFile(platform.dataFile, 'utf8'));
    expect(tags).toEqual([]);
  });
});

function fieldOf(xml: string, name: string): string {
  return new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`).exec(xml)?.[1] ?? '';
}
