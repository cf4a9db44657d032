import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { serviceOver } from '../../../tests/support/http-service.ts';
import { follower, shelve, useShop } from '../../../tests/support/shop.ts';
import { newId } from '../../kernel/ids.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as mall from '../../loyalty/mall/index.ts';
import * as members from '../../loyalty/members/index.ts';
import * as orders from '../../loyalty/orders/index.ts';
import * as rules from '../../loyalty/rules/index.ts';
import * as staff from '../../staff/index.ts';

useShop({ couriers: [orders.orderCourier] });
const morning = at('2026-11-21T10:00:00+08:00');
const clock = () => morning.now;

let app: FastifyInstance;
const keys: Record<string, string> = {};

beforeAll(async () => {
  await rules.ensureRulesets(morning);
  app = await serviceOver({ clock, sessionSecret: 'a secret of at least thirty-two characters' });
  for (const scope of staff.SCOPES) {
    const made = await staff.createPartnerKey(morning, { name: scope, scopes: [scope] });
    keys[scope] = made.key;
  }
});
afterAll(() => app.close());

interface Call {
  readonly key?: string | undefined;
  readonly idempotencyKey?: string;
  readonly body?: object;
}

async function call(method: 'GET' | 'POST', url: string, { key, idempotencyKey, body }: Call = {}) {
  const response = await app.inject({
    method,
    url: `/api/v1${url}`,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { payload: body }),
  });
  return { response, status: response.statusCode, json: response.json() };
}

function sell(
  purchaseId: string,
  memberId: string,
  more: object = {},
  idempotencyKey = purchaseId,
) {
  const body = {
    purchaseId,
    memberId,
    amountFen: 3290,
    paidAt: '2026-11-21T09:30:00+08:00',
    ...more,
  };
  return call('POST', '/purchases', { key: keys['purchases:write'], idempotencyKey, body });
}

describe('who may come in', () => {
  test('nobody without a key, nobody with a key for something else', async () => {
    expect(await call('GET', '/audit')).toMatchObject({
      status: 403,
      json: { code: 'KEY_UNKNOWN', status: 403 },
    });
    expect(await call('GET', '/audit', { key: 'jfw_guessed' })).toMatchObject({ status: 403 });
    expect(await call('GET', '/audit', { key: keys['members:read'] })).toMatchObject({
      status: 403,
      json: { code: 'SCOPE_MISSING' },
    });
  });

  test('an address that does not exist is a problem, not a page', async () => {
    const { status, json, response } = await call('GET', '/nothing', { key: keys['audit:read'] });
    expect([status, json.status]).toEqual([404, 404]);
    expect(response.body).not.toMatch(/\.ts|node_modules/);
  });
});

describe('a till reports a sale', () => {
  test('and the member earns once, however often it is reported', async () => {
    const memberId = await follower(morning, 10);
    const first = await sell('till7-0001', memberId);
    expect(first).toMatchObject({ status: 201, json: { pointsEarned: 32, balance: 42 } });
    expect(first.response.headers['idempotency-hit']).toBeUndefined();
    const again = await sell('till7-0001', memberId);
    expect(again).toMatchObject({ status: 201, json: first.json });
    expect(again.response.headers['idempotency-hit']).toBe('true');
    // Another request about the same sale is the same sale.
    const other = await sell('till7-0001', memberId, {}, 'another-key');
    expect(other).toMatchObject({ status: 201, json: first.json });
    expect(other.response.headers['idempotency-hit']).toBe('true');
    expect((await ledger.balanceOf(morning, memberId)).available).toBe(42);
  });

  test('the same key with other content is refused, and so is the same sale with another amount', async () => {
    const memberId = await follower(morning, 10);
    await sell('till7-0002', memberId);
    const refused = { status: 409, json: { code: 'KEY_REUSED' } };
    expect(await sell('till7-0002', memberId, { amountFen: 9900 })).toMatchObject(refused);
    expect(await sell('till7-0002', memberId, { amountFen: 9900 }, 'k2')).toMatchObject(refused);
  });

  test('a sale without an Idempotency-Key, a member or a sane amount is refused in words', async () => {
    const memberId = await follower(morning, 10);
    const key = keys['purchases:write'];
    const body = { purchaseId: 'p', memberId, amountFen: 1, paidAt: '2026-11-21T09:30:00+08:00' };
    expect(await call('POST', '/purchases', { key, body })).toMatchObject({
      status: 422,
      json: { code: 'IDEMPOTENCY_KEY_MISSING' },
    });
    const nobody = newId('mem', morning.now);
    expect(await sell('x1', nobody)).toMatchObject({
      status: 404,
      json: { code: 'MEMBER_NOT_FOUND' },
    });
    for (const amountFen of [-1, 1.5, 2 ** 53, '100', null]) {
      expect(await sell('x2', memberId, { amountFen })).toMatchObject({ status: 422 });
    }
    expect(await sell('x3', memberId, { paidAt: 'yesterday' })).toMatchObject({ status: 422 });
    expect(await sell('x4', memberId, { openId: 'o_other' })).toMatchObject({
      json: { code: 'MEMBER_NAME_INVALID' },
    });
    expect((await ledger.balanceOf(morning, memberId)).available).toBe(10);
  });

  test('hostile JSON is a 400 without a trace of the code', async () => {
    const response = await app.inject({
      method: 'POST',
      url: '/api/v1/purchases',
      headers: {
        authorization: `Bearer ${keys['purchases:write']}`,
        'idempotency-key': 'h1',
        'content-type': 'application/json',
      },
      payload: '{"__proto__":{"x":1},"purchaseId":',
    });
    expect(response.statusCode).toBe(400);
    expect(response.body).not.toMatch(/\.ts|node_modules/);
  });
});

describe('a till reports what came back', () => {
  const refund = (purchaseId: string, more: object = {}, how: Partial<Call> = {}) => {
    const body = {
      refundId: 'r1',
      amountFen: 1000,
      refundedAt: '2026-11-21T09:50:00+08:00',
      ...more,
    };
    const url = `/purchases/${encodeURIComponent(purchaseId)}/refunds`;
    const key = keys['purchases:write'];
    return call('POST', url, { key, idempotencyKey: `${purchaseId}:${++asked}`, body, ...how });
  };
  let asked = 0;

  test('and its points are taken once, however often it is reported', async () => {
    const memberId = await follower(morning, 10);
    // Names are what a till makes up: whatever a sale may be called can be refunded.
    const purchaseId = `shop/7#${'4'.repeat(93)}`;
    await sell(purchaseId, memberId, {}, 'long');
    const first = await refund(purchaseId, {}, { idempotencyKey: 'back-1' });
    const entryId = expect.any(String);
    expect(first.json).toEqual({ entryId, pointsTaken: 10, balance: 32, debt: 0 });
    expect(first.status).toBe(201);
    expect(first.response.headers['idempotency-hit']).toBeUndefined();
    for (const idempotencyKey of ['back-1', 'back-2']) {
      const again = await refund(purchaseId, {}, { idempotencyKey });
      expect(again).toMatchObject({ status: 201, json: first.json });
      expect(again.response.headers['idempotency-hit']).toBe('true');
    }
    expect((await ledger.balanceOf(morning, memberId)).available).toBe(32);
  });

  test('and hears in words what cannot be', async () => {
    const memberId = await follower(morning, 10);
    await sell('till7-0009', memberId);
    const one = (more: object) => refund('till7-0009', more);
    await one({});
    const reused = { status: 409, json: { code: 'KEY_REUSED' } };
    expect(await one({ amountFen: 999 })).toMatchObject(reused);
    expect(await one({ refundId: 'r2', amountFen: 2291 })).toMatchObject({
      status: 409,
      json: { code: 'REFUND_EXCEEDS_SALE', details: { paidFen: 3290, refundedFen: 3291 } },
    });
    expect(await refund('nothing')).toMatchObject({
      status: 404,
      json: { code: 'PURCHASE_NOT_FOUND' },
    });
    const early = { refundId: 'r3', refundedAt: '2026-11-21T09:29:59+08:00' };
    expect(await one(early)).toMatchObject({ status: 422, json: { code: 'REFUNDED_AT_INVALID' } });
    for (const amountFen of [0, -1, 1.5, 2 ** 53, '100', null]) {
      const { status, response } = await one({ refundId: 'r4', amountFen });
      expect(status).toBe(422);
      expect(response.headers['content-type']).toContain('application/problem+json');
    }
    expect((await ledger.balanceOf(morning, memberId)).available).toBe(32);
  });

  test('only with a key for sales, and only of what that key reported', async () => {
    const memberId = await follower(morning, 10);
    await sell('till7-0010', memberId);
    expect(await refund('till7-0010', {}, { key: undefined })).toMatchObject({ status: 403 });
    expect(await refund('till7-0010', {}, { key: keys['members:read'] })).toMatchObject({
      status: 403,
      json: { code: 'SCOPE_MISSING' },
    });
    const other = await staff.createPartnerKey(morning, { name: 'b', scopes: ['purchases:write'] });
    expect(await refund('till7-0010', {}, { key: other.key })).toMatchObject({
      status: 404,
      json: { code: 'PURCHASE_NOT_FOUND' },
    });
    expect((await ledger.balanceOf(morning, memberId)).available).toBe(42);
  });
});

describe('a shop looks a member up', () => {
  test('by open id or number, with what they have and how it came to be', async () => {
    const memberId = await follower(morning, 150);
    const { openId, memberNo } = await members.getMember(morning, memberId);
    const key = keys['members:read'];
    const found = { json: { memberId, memberNo, status: 'following' } };
    expect(await call('GET', `/members?openId=${openId}`, { key })).toMatchObject(found);
    expect(await call('GET', `/members?memberNo=${memberNo}`, { key })).toMatchObject(found);
    expect(await call('GET', `/members/${memberId}`, { key })).toMatchObject(found);
    expect((await call('GET', `/members/${memberId}/balance`, { key })).json).toEqual({
      available: 150,
      held: 0,
      pending: 0,
      debt: 0,
      expiring: [
        { expiresOn: '2026-12-01', points: 100 },
        { expiresOn: '2027-12-01', points: 50 },
      ],
    });
    const { json } = await call('GET', `/members/${memberId}/entries?limit=1`, { key });
    expect(json.entries[0]).toMatchObject({ key: 'gift:1', balanceAfter: 150 });
    expect(json.cursor).toBeNull();
  });

  test('nobody is found by a wrong name', async () => {
    const key = keys['members:read'];
    for (const url of ['/members?memberNo=M000', '/members/mem_1', '/members?openId=o_nobody']) {
      expect(await call('GET', url, { key })).toMatchObject({ status: 404 });
    }
    expect(await call('GET', '/members', { key })).toMatchObject({ status: 422 });
  });
});

describe('a warehouse ships', () => {
  test('an order once, and hears that it cannot be shipped again', async () => {
    const memberId = await follower(morning, 500);
    const rewardId = await shelve(morning, { fulfilment: 'shipment', unit: '个', validDays: null });
    await mall.restock(morning, { rewardId, pieces: 1, batchId: 'a' });
    await members.setAddress(morning, memberId, {
      name: '王小明',
      phone: '13812342046',
      province: '浙江省',
      city: '杭州市',
      district: '滨江区',
      detail: '江南大道 1 号',
    });
    const orderId = newId('ord', morning.now);
    await orders.placeOrder(morning, { orderId, memberId, rewardId, quotedPoints: 380 });
    const key = keys['orders:write'];
    const body = { carrier: '顺丰速运', trackingNumber: 'SF1024572046' };
    const ship = (idempotencyKey: string, what: object = body) =>
      call('POST', `/orders/${orderId}/shipment`, { key, idempotencyKey, body: what });
    expect(await ship('s1', { carrier: '', trackingNumber: '<b>' })).toMatchObject({ status: 422 });
    expect(await ship('s2')).toMatchObject({ status: 201, json: { status: 'shipped' } });
    expect((await ship('s2')).response.headers['idempotency-hit']).toBe('true');
    expect(await ship('s3')).toMatchObject({
      status: 409,
      json: { code: 'ORDER_STATUS_CONFLICT' },
    });
    const { json } = await call('GET', `/orders/${orderId}`, { key });
    expect(json).toMatchObject({ shipment: body, rewardName: '燕麦拿铁券' });
    expect(JSON.stringify(json)).not.toContain('江南大道');
    const nothing = newId('ord', morning.now);
    expect(await call('GET', `/orders/${nothing}`, { key })).toMatchObject({ status: 404 });
    expect(await call('GET', '/orders/R8K2M4', { key })).toMatchObject({ status: 422 });
  });
});

test('the audit proves the books of all of this', async () => {
  const { json } = await call('GET', '/audit', { key: keys['audit:read'] });
  expect(json).toMatchObject({ ok: true, findings: [] });
  expect(json.entries).toBeGreaterThan(5);
});
