import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from '../../src/cli/seed/seed.ts';
import { type Config, readConfig } from '../../src/config.ts';
import * as ledger from '../../src/loyalty/ledger/index.ts';
import * as members from '../../src/loyalty/members/index.ts';
import { database } from '../../src/platform/mongo.ts';
import type { Exchange } from '../../src/simulator/index.ts';
import { type Push, secondsOf } from '../../src/simulator/line/push.ts';
import { databaseUri } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { type Delivered, deliverOnce, wallClock } from '../support/line.ts';
import { hasRedis, startRedis } from '../support/redis-process.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { withCore } from '../support/with-core.ts';

describe.skipIf(!hasRedis())('two instances with one database and one Redis', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-two-'));
  const closing: (() => Promise<void>)[] = [];
  let config: Config;
  let instances: readonly ServiceProcess[] = [];
  let messages = 0;

  beforeAll(async () => {
    const redis = await startRedis();
    closing.push(redis.stop);
    const [first, second] = [await freePort(), await freePort()];
    const env = {
      MONGODB_URI: databaseUri(),
      REDIS_URL: redis.url,
      DATA_KEY: randomBytes(32).toString('base64'),
      SESSION_SECRET: randomBytes(32).toString('hex'),
      // Both talk to the pretend platform of the first.
      WECHAT_API_BASE_URL: `http://127.0.0.1:${first}/simulator/weixin/`,
      LOG_LEVEL: 'error',
    };
    config = readConfig({ ...env, DATA_DIR: dataDir });
    await withCore(config, ({ contextOf }) =>
      seed(contextOf('story'), 'minimal', { members: 0, days: 0 }),
    );
    instances = [first, second].map((port) => {
      const own = { ...env, DATA_DIR: join(dataDir, String(port)) };
      return new ServiceProcess({ main: 'src/main.ts', port, env: own });
    });
    for (const instance of instances) {
      instance.start();
      closing.push(() => instance.kill());
      // The second asks the first for a token while it starts.
      await instance.ready();
    }
  }, 120_000);

  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
    await withCore({ ...config, redisUrl: null }, () => database().dropDatabase());
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  function message(openId: string, text: string, sentAt = wallClock()): Push {
    messages += 1;
    const msgId = String(9_200_000_000_000_000n + BigInt(messages));
    const fields = [['MsgType', 'text'] as const, ['Content', text] as const];
    return { openId, msgId, createTime: secondsOf(sentAt), fields };
  }

  /** Hands a message to the instances that are named, all at once, and reads the answers. */
  async function tell(push: Push, to: readonly number[]): Promise<readonly string[]> {
    const { account } = config;
    const pretend = { ...account, name: 'two', originalId: 'gh_two', mode: account.messageMode };
    const answers = to.map((index) => {
      const origin = instances[index]?.origin ?? '';
      return deliverOnce(origin, pretend, push);
    });
    return (await Promise.all(answers)).map(wordsOf);
  }

  function wordsOf(delivered: Delivered): string {
    if (delivered.outcome !== 'answered') throw new Error(JSON.stringify(delivered));
    return delivered.text?.replaceAll(/<[^>]+>/g, '') ?? '';
  }

  function entriesOf(openId: string): Promise<readonly ledger.Entry[]> {
    return withCore(config, async ({ contextOf }) => {
      const ctx = contextOf('story');
      const member = await members.findMember(ctx, { openId });
      if (!member) return [];
      return (await ledger.statementOf(ctx, member._id, { limit: 50 })).entries;
    });
  }

  test('get one access token between them', async () => {
    const url = `${instances[0]?.origin}/simulator/api/exchanges`;
    const known = async () => {
      const { exchanges } = (await (await fetch(url)).json()) as { exchanges: Exchange[] };
      return exchanges.filter(({ direction }) => direction === 'call');
    };
    await expect
      .poll(async () => (await known()).filter(({ about }) => about === 'menu/create').length, {
        timeout: 15_000,
      })
      .toBe(2);
    const calls = await known();
    expect(calls.filter(({ about }) => about === 'stable_token')).toHaveLength(1);
    expect(calls.every(({ errcode }) => errcode === 0)).toBe(true);
  });

  test('answer a message that both get at once with one answer', async () => {
    const push = message('o_ann', '签到');
    const [one, other] = await tell(push, [0, 1]);
    expect(one).toContain('签到成功，+10 分，余额 10 分');
    expect(other).toBe(one);
    expect(await tell(push, [1, 0])).toEqual([one, one]);
    expect(await entriesOf('o_ann')).toHaveLength(1);
  });

  test('go on with each other’s conversations', async () => {
    await withCore(config, async ({ contextOf }) => {
      const ctx = contextOf('story');
      const { member } = await members.enrol(ctx, { openId: 'o_bea', at: ctx.now, by: 'message' });
      await ledger.post(ctx, member._id, 'gift:1', (book) => {
        book.earn({ points: 1260, expiresOn: '2099-01-01' });
        return {};
      });
    });
    expect(await tell(message('o_bea', '兑换'), [0])).toEqual([
      expect.stringContaining('1. 燕麦拿铁券　380 分'),
    ]);
    expect(await tell(message('o_bea', '1'), [1])).toEqual([
      expect.stringContaining('余额 1,260 → 880 分'),
    ]);
    const [one, other] = await tell(message('o_bea', '确认'), [0, 1]);
    expect(one).toContain('兑换成功，余额 880 分');
    expect(other).toBe(one);
    expect(await tell(message('o_bea', '确认'), [1])).toEqual([one]);
    expect((await entriesOf('o_bea')).map(({ key }) => key.split(':')[0])).toEqual([
      'order',
      'gift',
    ]);
  });

  test('post a check-in once, whichever of ten messages comes first', async () => {
    const pushes = Array.from({ length: 10 }, () => message('o_cai', '签到'));
    const said = await Promise.all(pushes.map((push, n) => tell(push, [n % 2])));
    expect(said.flat().filter((text) => text.startsWith('签到成功'))).toHaveLength(1);
    expect(said.flat().filter((text) => text.includes('已经签过了'))).toHaveLength(9);
    expect(await entriesOf('o_cai')).toHaveLength(1);
  });

  test('count a follower’s messages together', async () => {
    const sentAt = wallClock();
    const pushes = Array.from({ length: 36 }, () => message('o_dan', '余额', sentAt));
    const said: string[] = [];
    for (const [n, push] of pushes.entries()) said.push(...(await tell(push, [n % 2])));
    expect(said.filter((text) => text.startsWith('现在是 0 分'))).toHaveLength(30);
    expect(said.filter((text) => text.startsWith('发得有点快'))).toHaveLength(6);
  });

  test('leave books that can be proved', async () => {
    const { findings } = await withCore(config, async ({ contextOf }) => {
      await ledger.relayNow(contextOf('story'));
      return ledger.audit(contextOf('story'), {});
    });
    expect(findings).toEqual([]);
  });
});
