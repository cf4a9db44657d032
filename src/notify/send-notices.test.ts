import nock from 'nock';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { expectCleanBooks, follower, shelve, useShop } from '../../tests/support/shop.ts';
import { NEVER } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import { type MemberId, newId } from '../kernel/ids.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as mall from '../loyalty/mall/index.ts';
import * as members from '../loyalty/members/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import { localKeyValue } from '../platform/local-key-value.ts';
import * as wechat from '../wechat/index.ts';
import * as wording from '../wording/index.ts';
import {
  noticeSender,
  openWindow,
  recordDelivery,
  seeEntries,
  sendNotices,
  syncNotices,
  tellCode,
  tellShipped,
} from './index.ts';
import { NoticeModel } from './notice.model.ts';

const HOST = 'https://api.weixin.qq.com';
const TEMPLATES = {
  template_list: [
    {
      template_id: 'TPL_CHANGED',
      title: '积分变动提醒',
      content:
        '变动类型{{thing1.DATA}}\n变动积分{{character_string2.DATA}}\n当前余额{{number3.DATA}}\n变动时间{{time4.DATA}}',
    },
    {
      template_id: 'TPL_SHIPPED',
      title: '订单发货通知',
      content:
        '商品名称：{{thing1.DATA}}\n快递公司：{{thing2.DATA}}\n快递单号：{{character_string3.DATA}}\n发货时间：{{date4.DATA}}',
    },
    {
      template_id: 'TPL_EXPIRING',
      title: '积分到期提醒',
      content:
        '会员积分{{number1.DATA}}\n到期时间{{date2.DATA}}\n当前余额{{number3.DATA}}\n温馨提示{{thing4.DATA}}',
    },
  ],
};

const token = { current: async () => 'T', refreshed: async () => 'T2' };
const morning = at('2026-11-21T10:00:00+08:00');
const clock = () => morning.now;
const access = {
  baseUrl: new URL(`${HOST}/`),
  openBaseUrl: new URL('https://open.weixin.qq.com/'),
  appId: 'wx0',
  secret: 'S',
  keyValue: localKeyValue({ file: null, clock, log: morning.log }),
  clock,
  hosts: [],
};
const api = wechat.wechatApi(access, token);
let { now: storeNow } = morning;
const emptyStore = () => localKeyValue({ file: null, clock: () => storeNow, log: morning.log });
let keyValue = emptyStore();

useShop({
  couriers: [orders.orderCourier],
  consumers: [{ name: 'notify', see: seeEntries }],
});

const sender = () =>
  noticeSender({
    api,
    catalogue: wording.loadCatalogue(),
    keyValue,
    nextContact: { put: async () => 'kept' },
    linkTo: (path) => `https://shop.test${path}`,
  });

beforeAll(async () => {
  nock.disableNetConnect();
  nock(HOST)
    .get(/get_all_private_template/)
    .reply(200, TEMPLATES);
  await syncNotices(morning, sender());
});
beforeEach(async () => {
  storeNow = morning.now;
  keyValue = emptyStore();
  await NoticeModel.deleteMany({});
});
afterEach(() => nock.cleanAll());

interface Sent {
  readonly template_id: string;
  readonly client_msg_id: string;
  readonly data: Readonly<Record<string, { readonly value: string }>>;
}

/** Answers the next template message, and tells what was sent. */
function platformAnswers(answer: object = { errcode: 0, errmsg: 'ok', msgid: 700 }) {
  const sent: Sent[] = [];
  const scope = nock(HOST)
    .post(/message\/template\/send/, (body) => {
      sent.push(body);
      return true;
    })
    .reply(200, answer);
  return { sent, scope };
}

/** A follower without points. */
async function newcomer(ctx: Context): Promise<MemberId> {
  const openId = `o_${newId('usr', ctx.now)}`;
  return (await members.enrol(ctx, { openId, at: ctx.now, by: 'subscribe' })).member._id;
}

async function bought(ctx: Context, memberId: MemberId, key: string): Promise<void> {
  await ledger.post(ctx, memberId, key, (book) => {
    book.earn({ points: 32, expiresOn: '2027-12-01' });
    return {};
  });
  await ledger.relayNow(ctx);
}

async function noticesOf(memberId: MemberId) {
  return NoticeModel.find({ memberId }).sort({ dueAt: 1 }).lean();
}

describe('a notice of changed points', () => {
  test('is sent once for a purchase, with every field in the form of the template', async () => {
    const memberId = await newcomer(morning);
    await bought(morning, memberId, 'purchase:shop7:0042');
    const { sent } = platformAnswers();
    await sendNotices(morning, sender());
    await sendNotices(morning, sender());
    expect(sent).toHaveLength(1);
    expect(sent[0]?.template_id).toBe('TPL_CHANGED');
    expect(sent[0]?.data).toEqual({
      thing1: { value: '到店消费' },
      character_string2: { value: '+32' },
      number3: { value: '32' },
      time4: { value: '2026年11月21日 10:00' },
    });
  });

  test('is not sent for what the member just did in the chat', async () => {
    const memberId = await newcomer(morning);
    await bought(morning, memberId, 'checkin:2026-11-21');
    const kinds = (await noticesOf(memberId)).map(({ kind }) => kind);
    expect(kinds).toEqual(['points-expiring']);
  });

  test('waits out the quiet hours', async () => {
    const night = at('2026-11-21T23:10:00+08:00');
    const memberId = await newcomer(night);
    await bought(night, memberId, 'purchase:shop7:0043');
    const { sent } = platformAnswers();
    await sendNotices(night, sender());
    await sendNotices(at('2026-11-22T07:59:59+08:00'), sender());
    expect(sent).toEqual([]);
    await sendNotices(at('2026-11-22T08:00:00+08:00'), sender());
    expect(sent).toHaveLength(1);
  });

  test('never goes to who opted out or left, and says why', async () => {
    const quiet = await newcomer(morning);
    const gone = await newcomer(morning);
    await members.switchNotices(morning, quiet, 'off');
    const { openId } = await members.getMember(morning, gone);
    await members.leave(morning, { openId: openId ?? '', at: morning.now });
    await bought(morning, quiet, 'purchase:shop7:0044');
    await bought(morning, gone, 'purchase:shop7:0045');
    const { sent } = platformAnswers();
    await sendNotices(morning, sender());
    expect(sent).toEqual([]);
    expect((await noticesOf(quiet))[0]).toMatchObject({ status: 'skipped', because: 'opted-out' });
    expect((await noticesOf(gone))[0]).toMatchObject({ because: 'not-following' });
  });

  test('stops at five facts a day', async () => {
    const memberId = await newcomer(morning);
    for (let n = 1; n <= 6; n++) await bought(morning, memberId, `purchase:shop7:9${n}`);
    nock(HOST)
      .post(/template\/send/)
      .times(6)
      .reply(200, { errcode: 0, msgid: 1 });
    await sendNotices(morning, sender());
    const changed = (await noticesOf(memberId)).filter(({ kind }) => kind === 'points-changed');
    expect(changed.filter(({ status }) => status === 'sent')).toHaveLength(5);
    expect(changed.filter(({ because }) => because === 'cap')).toHaveLength(1);
  });

  test('is no news any more when it is told a day late', async () => {
    const memberId = await newcomer(morning);
    const before = at('2026-11-19T10:00:00+08:00');
    await bought({ ...before, now: before.now }, memberId, 'grant:old');
    const entry = await ledger.entryOf(morning, memberId, 'grant:old');
    await NoticeModel.deleteMany({});
    await seeEntries(at('2026-11-23T10:00:00+08:00'), entry ? [entry] : []);
    expect((await noticesOf(memberId)).map(({ kind }) => kind)).toEqual(['points-expiring']);
  });
});

describe('when the platform refuses', () => {
  test('a busy platform is asked again later, under the same number', async () => {
    const memberId = await newcomer(morning);
    await bought(morning, memberId, 'purchase:shop7:0050');
    const first = platformAnswers({ errcode: -1, errmsg: 'system error' });
    await sendNotices(morning, sender());
    const [put] = await noticesOf(memberId);
    expect(put).toMatchObject({ status: 'waiting', failures: 1 });
    const again = platformAnswers();
    const later = at('2026-11-21T10:01:00+08:00');
    storeNow = later.now;
    await sendNotices(later, sender());
    expect(again.sent[0]?.client_msg_id).toBe(first.sent[0]?.client_msg_id);
    expect((await noticesOf(memberId))[0]?.status).toBe('sent');
  });

  test('a refusal that stays is written down, and the points are untouched', async () => {
    const memberId = await newcomer(morning);
    await bought(morning, memberId, 'purchase:shop7:0051');
    platformAnswers({ errcode: 43004, errmsg: 'require subscribe' });
    await sendNotices(morning, sender());
    const [refused] = await noticesOf(memberId);
    expect(refused).toMatchObject({ status: 'failed', because: 'errcode 43004' });
    expect((await ledger.balanceOf(morning, memberId)).available).toBe(32);
    await expectCleanBooks(morning);
  });

  test('a platform that cannot be reached is asked again', async () => {
    const memberId = await newcomer(morning);
    await bought(morning, memberId, 'purchase:shop7:0052');
    nock(HOST)
      .post(/template\/send/)
      .replyWithError('reset');
    await sendNotices(morning, sender());
    expect((await noticesOf(memberId))[0]).toMatchObject({ status: 'waiting', failures: 1 });
  });

  test('what becomes of a message is kept beside it', async () => {
    const memberId = await newcomer(morning);
    await bought(morning, memberId, 'purchase:shop7:0053');
    platformAnswers({ errcode: 0, msgid: 900_017 });
    await sendNotices(morning, sender());
    await recordDelivery(morning, { templateMsgId: '900017', status: 'blocked' });
    await recordDelivery(morning, { templateMsgId: '1', status: 'success' });
    expect((await noticesOf(memberId))[0]?.delivery).toBe('blocked');
  });
});

describe('a notice of points that expire', () => {
  const week = at('2026-11-23T08:00:00+08:00');

  test('comes seven days before the last day, once for each day of expiry', async () => {
    const memberId = await follower(morning, 220);
    await ledger.relayNow(morning);
    const { sent } = platformAnswers();
    await sendNotices(at('2026-11-23T07:59:00+08:00'), sender());
    expect(sent).toEqual([]);
    await sendNotices(week, sender());
    expect(sent[0]?.data).toEqual({
      number1: { value: '100' },
      date2: { value: '2026年11月30日' },
      number3: { value: '220' },
      thing4: { value: '可在公众号内使用' },
    });
    await bought(week, memberId, 'checkin:2026-11-23');
    await sendNotices(week, sender());
    expect(sent).toHaveLength(1);
  });

  test('is not written down for points that never expire', async () => {
    const memberId = await follower(morning, 100);
    await ledger.post(morning, memberId, 'gift:for-ever', (book) => {
      book.earn({ points: 30, expiresOn: NEVER });
      return {};
    });
    await ledger.relayNow(morning);
    expect((await noticesOf(memberId)).map(({ about }) => about)).toEqual(['2026-12-01']);
  });

  test('comes at most once in 30 days, whatever else expires', async () => {
    const memberId = await follower(morning, 100);
    await ledger.post(morning, memberId, 'gift:later', (book) => {
      book.earn({ points: 30, expiresOn: '2026-12-21' });
      book.earn({ points: 30, expiresOn: '2027-01-01' });
      return {};
    });
    await ledger.relayNow(morning);
    nock(HOST)
      .post(/template\/send/)
      .times(2)
      .reply(200, { errcode: 0, msgid: 1 });
    for (const day of ['2026-11-23', '2026-12-13', '2026-12-24']) {
      await sendNotices(at(`${day}T08:00:00+08:00`), sender());
    }
    expect((await noticesOf(memberId)).map(({ status, because }) => because ?? status)).toEqual([
      'sent',
      'cap',
      'sent',
    ]);
  });

  test('is not sent when the points were spent meanwhile', async () => {
    const memberId = await follower(morning, 100);
    await ledger.relayNow(morning);
    await ledger.post(morning, memberId, 'gift:spent', (book) => {
      book.spend({ points: 100, purpose: 'redemption' });
      return {};
    });
    const { sent } = platformAnswers();
    await sendNotices(week, sender());
    expect(sent).toEqual([]);
    expect((await noticesOf(memberId))[0]).toMatchObject({ because: 'no-longer-true' });
  });

  test('needs a yes where the shop wants one', async () => {
    await settings.change(morning, 'notices', { expiring: { consent: 'opt-in', daysAhead: 7 } });
    const memberId = await follower(morning, 100);
    const willing = await follower(morning, 100);
    await members.switchNotices(morning, willing, 'on');
    await ledger.relayNow(morning);
    nock(HOST)
      .post(/template\/send/)
      .reply(200, { errcode: 0, msgid: 1 });
    await sendNotices(week, sender());
    expect((await noticesOf(memberId))[0]).toMatchObject({ because: 'no-consent' });
    expect((await noticesOf(willing))[0]).toMatchObject({ status: 'sent' });
    await settings.change(week, 'notices', { expiring: { consent: 'opt-out', daysAhead: 7 } });
  });
});

describe('a notice of a parcel', () => {
  test('is sent although the member opted out, and once although it was told twice', async () => {
    const memberId = await follower(morning, 2000);
    const bag = { name: '米白帆布袋', pricePoints: 380, fulfilment: 'shipment' } as const;
    const rewardId = await shelve(morning, { ...bag, unit: '个', validDays: null });
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
    await orders.shipOrder(morning, {
      orderId,
      carrier: '顺丰速运',
      trackingNumber: 'SF1024572046',
    });
    await members.switchNotices(morning, memberId, 'off');
    await tellShipped(morning, { type: 'order.shipped', orderId });
    await tellShipped(morning, { type: 'order.shipped', orderId });
    const { sent } = platformAnswers();
    await sendNotices(morning, sender());
    expect(sent.map(({ template_id }) => template_id)).toEqual(['TPL_SHIPPED']);
    expect(sent[0]?.data).toEqual({
      thing1: { value: '米白帆布袋' },
      thing2: { value: '顺丰速运' },
      character_string3: { value: 'SF1024572046' },
      date4: { value: '2026年11月21日' },
    });
  });
});

test('what has no template at the account is skipped, and the sync says what is missing', async () => {
  const [changed] = TEMPLATES.template_list;
  const half = { ...changed, content: '变动类型{{thing1.DATA}}' };
  nock(HOST)
    .get(/get_all_private_template/)
    .reply(200, { template_list: [half] });
  const synced = await syncNotices(morning, sender());
  expect(synced[0]).toMatchObject({
    templateId: 'TPL_CHANGED',
    missing: ['变动积分', '当前余额', '变动时间'],
  });
  expect(synced[1]).toMatchObject({ kind: 'order-shipped', templateId: null });
  const later = at('2026-11-21T10:01:00+08:00');
  const memberId = await newcomer(later);
  await bought(later, memberId, 'purchase:shop7:0099');
  await sendNotices(later, sender());
  expect((await noticesOf(memberId))[0]).toMatchObject({ because: 'not-bound' });
});

describe('a code that came later than its payment', () => {
  async function lateOrder() {
    const memberId = await follower(morning, 500);
    const rewardId = await shelve(morning);
    await mall.addCodes(morning, { rewardId, batchId: 'a', codes: ['8K2M-4QXZ'] });
    const orderId = newId('ord', morning.now);
    await orders.placeOrder(morning, { orderId, memberId, rewardId, quotedPoints: 380 });
    const event = { type: 'order.completed', orderId } as const;
    return { event, member: await members.getMember(morning, memberId) };
  }

  test('is brought as a customer message while a window is open', async () => {
    const { event, member } = await lateOrder();
    const sent: { text: { content: string } }[] = [];
    nock(HOST)
      .post(/custom\/send/, (body) => {
        sent.push(body);
        return true;
      })
      .reply(200, { errcode: 0 });
    await openWindow(keyValue, { openId: member.openId ?? '', by: 'tap', at: morning.now });
    await tellCode(morning, event);
    await tellCode(morning, event);
    await sendNotices(morning, sender());
    expect(sent[0]?.text.content).toBe('券码来了：8K2M-4QXZ，12 月 21 日前有效。');
    const [told, ...others] = await noticesOf(member._id);
    expect(told).toMatchObject({ kind: 'order-code', status: 'sent' });
    expect(others.map(({ kind }) => kind)).not.toContain('order-code');
  });

  test('waits for the next message when the platform says that the window is closed', async () => {
    const { event, member } = await lateOrder();
    const contact = { openId: member.openId ?? '', by: 'message', at: morning.now } as const;
    await openWindow(keyValue, contact);
    nock(HOST)
      .post(/custom\/send/)
      .reply(200, { errcode: 45015, errmsg: 'out of window' });
    await tellCode(morning, event);
    await sendNotices(morning, sender());
    expect(await NoticeModel.findById(`order-code:${event.orderId}`).lean()).toMatchObject({
      status: 'parked',
      attempts: [
        { channel: 'customer', outcome: 'not-this-way', because: 'errcode 45015' },
        { channel: 'next-contact' },
      ],
    });
  });
});
