// A process of its own with one client of the platform, told by its parent when to call and what time
// it is then. Redis is shared with other processes.
import { useDataKey } from '../../src/platform/data-key.ts';
import { redisKeyValue } from '../../src/platform/redis-key-value.ts';
import { wechatApi } from '../../src/wechat/index.ts';
import type { CallsAsked, CallsMade } from './calling.ts';

const { REDIS_URL: url = '', DATA_KEY: dataKey = '', WECHAT_API_BASE_URL: api = '' } = process.env;
const baseUrl = new URL(api);
let now = new Date(0);

useDataKey(Buffer.from(dataKey, 'base64'));
const log = { debug() {}, info() {}, warn() {}, error() {} };
const keyValue = redisKeyValue({ url, log });
const access = { appId: 'wx0', secret: 'S', keyValue, clock: () => now, hosts: [] };
const { menus } = wechatApi({ ...access, baseUrl, openBaseUrl: baseUrl });

process.on('message', (asked: CallsAsked) => {
  now = new Date(asked.atMs);
  const calls = Array.from({ length: asked.calls }, () => menus.get());
  void Promise.allSettled(calls).then((results) => {
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [String(result.reason)] : [],
    );
    process.send?.({ failures } satisfies CallsMade);
  });
});
process.once('disconnect', () => void keyValue.close());
