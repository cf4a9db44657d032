import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { serviceOver } from '../../../tests/support/http-service.ts';
import { follower, shelve, useShop } from '../../../tests/support/shop.ts';
import * as mall from '../../loyalty/mall/index.ts';
import * as members from '../../loyalty/members/index.ts';
import * as orders from '../../loyalty/orders/index.ts';
import * as rules from '../../loyalty/rules/index.ts';
import * as settings from '../../loyalty/settings/index.ts';
import { signToken } from '../../platform/signed-token.ts';

useShop({ couriers: [orders.orderCourier] });
const morning = at('2026-11-21T10:00:00+08:00');
const secret = 'a secret of at least thirty-two characters';
const WANG = {
  name: '王小明',
  phone: '13812342046',
  province: '浙江省',
  city: '杭州市',
  district: '滨江区',
  detail: '江南大道 1 号 <2 楼>',
};

let app: FastifyInstance;
beforeAll(async () => {
  await rules.ensureRulesets(morning);
  app = await serviceOver({ clock: () => morning.now, sessionSecret: secret });
});
afterAll(() => app.close());

function linkFor(subject: string, expiresAt = '2026-11-21T10:30:00+08:00'): string {
  const claim = { purpose: 'address', subject, expiresAt: new Date(expiresAt) };
  return `/h5/address?t=${signToken(secret, claim)}`;
}

async function fillIn(url: string, fields: object) {
  const payload = new URLSearchParams(fields as Record<string, string>).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return app.inject({ method: 'POST', url, headers, payload });
}

describe('the address page', () => {
  test('keeps what a member writes, and shows it to them only', async () => {
    const memberId = await follower(morning, 0 + 1);
    const url = linkFor(memberId);
    const empty = await app.inject(url);
    expect(empty.statusCode).toBe(200);
    expect(empty.headers['cache-control']).toBe('no-store');
    expect(empty.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(empty.body).toContain('收货地址');
    const saved = await fillIn(url, WANG);
    expect([saved.statusCode, saved.headers.location]).toEqual([303, '/h5/address/saved']);
    expect((await app.inject('/h5/address/saved')).body).toContain('地址已保存');
    expect(await members.addressOf(morning, memberId)).toEqual(WANG);
    const shown = await app.inject(url);
    expect(shown.body).toContain('江南大道 1 号 &lt;2 楼>');
    expect(shown.body).not.toContain('<2 楼>');
  });

  test('says what is wrong beside each field, and forgets nothing', async () => {
    const url = linkFor(await follower(morning, 1));
    const wrong = await fillIn(url, { ...WANG, phone: '12', city: ' ', detail: 'x'.repeat(130) });
    expect(wrong.statusCode).toBe(422);
    expect(wrong.body).toContain('aria-invalid="true"');
    expect(wrong.body).toContain('王小明');
    expect(wrong.body).toMatch(/id="phone-problem"/);
    expect(wrong.body).toMatch(/id="city-problem"/);
    expect(wrong.body).toMatch(/id="detail-problem"/);
    const nothing = await app.inject({ method: 'POST', url });
    expect(nothing.statusCode).toBe(422);
  });

  test('opens with a link that is signed, not over and about somebody who is there', async () => {
    const memberId = await follower(morning, 1);
    const over = linkFor(memberId, '2026-11-21T10:00:00+08:00');
    const forged = `${linkFor(memberId)}x`;
    for (const url of [over, forged, '/h5/address', '/h5/address?t=', '/h5/address?t=a&t=b']) {
      expect((await app.inject(url)).statusCode).toBe(403);
      expect((await fillIn(url, WANG)).statusCode).toBe(403);
    }
    expect(await members.addressOf(morning, memberId)).toBeNull();
    expect((await app.inject(linkFor('rwd_01kb0000000000000000000001'))).statusCode).toBe(403);
  });
});

describe('the rules page', () => {
  test('says what the ruleset in force says', async () => {
    const rewardId = await shelve(morning, { name: '<b>拿铁</b>' });
    await mall.addCodes(morning, { rewardId, batchId: 'a', codes: ['A', 'B'] });
    const { body } = await app.inject('/h5/rules');
    expect(body).toContain('每天签到一次，+10 分。');
    expect(body).toContain('连续签到每满 7 天，另得 50 分。');
    expect(body).toContain('拿铁/b：380 分，还剩 2 件。');
    expect(body).not.toContain('<b>');
    expect(body).toContain('standard@1');
    await settings.change(morning, 'rules', { inForce: 'micro-store@1' });
    const other = await serviceOver({
      clock: () => new Date(morning.now.getTime() + 10_000),
      sessionSecret: secret,
    });
    expect((await other.inject('/h5/rules')).body).toContain('连续签到第 15 天');
    await other.close();
  });

  test.each([
    [
      'micro-store@1',
      '积分在得到之后第 12 个月的最后一天到期。',
      'last day of month 12 after the month of earning',
      '积分保留到各自的到期日',
    ],
    [
      'micro-store-never@1',
      '按现行规则得到的积分不会到期，一直可以用。',
      'Points earned by the present rules do not expire.',
      '积分会保留；',
    ],
    [
      'micro-store-year-end@1',
      '积分在得到当年的 12 月 31 日到期；这样算有效期不足 30 天的，到次年 12 月 31 日到期。',
      'where that leaves fewer than 30 days, on 31 December of the next year',
      '积分保留到各自的到期日',
    ],
  ])('says in both languages for how long points are valid by %s', async (...expected) => {
    const [inForce, chinese, english, afterLeaving] = expected;
    await settings.change(morning, 'rules', { inForce });
    const { body } = await app.inject('/h5/rules');
    expect(body).toContain(chinese);
    expect(body).toContain(afterLeaving);
    expect(body).toContain('以后规则有变，只影响那以后得到的积分。');
    expect(body.includes('会提醒一次')).toBe(inForce !== 'micro-store-never@1');
    const headers = { 'accept-language': 'en-GB,en;q=0.9' };
    expect((await app.inject({ url: '/h5/rules', headers })).body).toContain(english);
  });

  test('reads in English for who asks for it', async () => {
    const headers = { 'accept-language': 'en-GB,en;q=0.9' };
    const { body } = await app.inject({ url: '/h5/privacy', headers });
    expect(body).toContain('lang="en"');
    expect(body).toContain('What we keep');
  });
});

test('a page that does not exist says so in words, in the frame of our pages', async () => {
  const { statusCode, body } = await app.inject('/h5/nothing');
  expect(statusCode).toBe(404);
  expect(body).toContain('没有这个页面');
});
