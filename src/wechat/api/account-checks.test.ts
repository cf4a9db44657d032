import nock from 'nock';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { accountChecks } from './account-checks.ts';
import { caller } from './caller.ts';

const platform = nock('https://api.weixin.qq.com');
const baseUrl = new URL('https://api.weixin.qq.com/');
const token = { current: async () => 'T', refreshed: async () => 'T2' };
const way = caller({ baseUrl, token, pause: async () => undefined });
const checks = accountChecks(way);
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const at = (path: string) => `/cgi-bin/${path}?access_token=T`;

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  expect(pending).toEqual([]);
});

test('the addresses of both directions are listed', async () => {
  platform.get(at('get_api_domain_ip')).reply(200, { ip_list: ['1.1.1.1'] });
  platform.get(at('getcallbackip')).reply(200, { ip_list: ['2.2.2.0/24'] });
  expect(await checks.apiAddresses()).toEqual(['1.1.1.1']);
  expect(await checks.callbackAddresses()).toEqual(['2.2.2.0/24']);
});

test('the platform looks for our address', async () => {
  platform.post(at('callback/check'), { action: 'all', check_operator: 'DEFAULT' }).reply(200, {
    dns: [{ ip: '1.1.1.1', real_operator: 'UNICOM' }],
    ping: [
      { ip: '1.1.1.1', from_operator: 'CAP', package_loss: '0%', time: '23.210ms' },
      { ip: '1.1.1.1', from_operator: 'UNICOM', package_loss: '100%', time: '0.000ms' },
    ],
  });
  expect(await checks.checkCallback()).toEqual({
    dns: [{ ip: '1.1.1.1', operator: 'UNICOM' }],
    pings: [
      { ip: '1.1.1.1', fromOperator: 'CAP', isLost: false, timeMs: 23.21 },
      { ip: '1.1.1.1', fromOperator: 'UNICOM', isLost: true, timeMs: null },
    ],
  });
  platform
    .post(at('callback/check'), { action: 'dns', check_operator: 'UNICOM' })
    .reply(200, { errcode: 40_201, errmsg: 'no url' });
  const asked = checks.checkCallback({ action: 'dns', operator: 'UNICOM' });
  expect(await caught(asked)).toMatchObject({ errcode: 40_201 });
});

test.each([
  ['a page', '<html></html>', 'not-json'],
  ['nothing', '', 'not-json'],
  ['another shape', '{}', 'unexpected'],
])('%s instead of an answer is a failure', async (_, body, reason) => {
  platform.get(at('getcallbackip')).reply(200, body);
  expect(await caught(checks.callbackAddresses())).toMatchObject({ reason });
});
