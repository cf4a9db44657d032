import nock from 'nock';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { nextContact } from '../../src/bot/index.ts';
import { pendingLines } from '../../src/bot/pending-lines.ts';
import type { Context } from '../../src/kernel/context.ts';
import { type MemberId, newId } from '../../src/kernel/ids.ts';
import * as ledger from '../../src/loyalty/ledger/index.ts';
import * as mall from '../../src/loyalty/mall/index.ts';
import * as members from '../../src/loyalty/members/index.ts';
import * as orders from '../../src/loyalty/orders/index.ts';
import * as settings from '../../src/loyalty/settings/index.ts';
import {
  loadNoticeForms,
  type NoticeSender,
  noticeSender,
  seeEntries,
  syncNotices,
  tellShipped,
} from '../../src/notify/index.ts';
import { NoticeModel } from '../../src/notify/notice.model.ts';
import { localKeyValue } from '../../src/platform/local-key-value.ts';
import { database } from '../../src/platform/mongo.ts';
import * as wechat from '../../src/wechat/index.ts';
import { loadCatalogue } from '../../src/wording/index.ts';
import { at } from './context.ts';
import { shelve, useShop } from './shop.ts';

const HOST = 'https://api.weixin.qq.com';
const PATHS = {
  template: 'cgi-bin/message/template/send',
  subscription: 'cgi-bin/message/subscribe/bizsend',
  customer: 'cgi-bin/message/custom/send',
} as const;

/** What the account has bound to our notices, as `notices:sync` keeps it. */
const BINDINGS = {
  'points-changed': {
    templateId: 'TPL_CHANGED',
    keys: {
      变动类型: 'thing1',
      变动积分: 'character_string2',
      当前余额: 'number3',
      变动时间: 'time4',
    },
  },
  'order-shipped': {
    templateId: 'TPL_SHIPPED',
    keys: {
      商品名称: 'thing1',
      快递公司: 'thing2',
      快递单号: 'character_string3',
      发货时间: 'date4',
    },
  },
  'points-expiring': {
    templateId: 'TPL_EXPIRING',
    keys: { 会员积分: 'number1', 到期时间: 'date2', 当前余额: 'number3', 温馨提示: 'thing4' },
  },
};
const SUBSCRIPTIONS = {
  'checkin-reminder': {
    templateId: 'SUB_CHECKIN',
    keys: { 活动名称: 'thing1', 签到日期: 'date2', 温馨提示: 'thing3' },
  },
  'order-shipped': { ...BINDINGS['order-shipped'], templateId: 'SUB_SHIPPED' },
};

const ADDRESS = {
  name: '王小明',
  phone: '13812342046',
  province: '浙江省',
  city: '杭州市',
  district: '滨江区',
  detail: '江南大道 1 号',
};

/** A message as the platform was asked to send it. */
export interface Asked {
  readonly way: keyof typeof PATHS;
  readonly openId: string;
  readonly id: string | undefined;
  readonly text: string | undefined;
  readonly templateId: string | undefined;
  readonly at: Date;
}
type Answer = readonly [status: number, body: unknown] | 'reset';

const TOKEN: wechat.AccessToken = { current: async () => 'T', refreshed: async () => 'T2' };
const catalogue = loadCatalogue();
const OK = [200, { errcode: 0, msgid: 700 }] as const;

/** A shop with notices, before a platform that answers as it is told and keeps what it was asked. */
export class NoticeDesk {
  readonly asked: Asked[] = [];
  now = new Date('2026-11-21T10:00:00+08:00');
  keyValue = this.emptyStore();
  /** What the platform answers next; in the end it says yes. */
  answers: Answer[] = [];
  /** Called with each message before it is answered. */
  onAsked: (asked: Asked) => void = () => {};
  gateway: NoticeSender['sms'] | undefined;

  ctx(more: Partial<Context> = {}): Context {
    return at(this.now.toISOString(), more);
  }

  wait(minutes: number): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
  }

  forgetAll(): void {
    this.keyValue = this.emptyStore();
  }

  sender(token: wechat.AccessToken = TOKEN): NoticeSender {
    const { keyValue } = this;
    const clock = () => this.now;
    const access = {
      baseUrl: new URL(`${HOST}/`),
      openBaseUrl: new URL('https://open.weixin.qq.com/'),
      appId: 'wx0',
      secret: 'S',
      keyValue,
      clock,
      hosts: [],
    };
    return noticeSender({
      api: wechat.wechatApi(access, token),
      catalogue,
      keyValue,
      nextContact: nextContact(keyValue),
      linkTo: (path) => `https://shop.test${path}`,
      ...(this.gateway ? { sms: this.gateway } : {}),
    });
  }

  /** A new follower without points. */
  async follower(): Promise<members.Member> {
    const ctx = this.ctx();
    const openId = `o_${newId('usr', ctx.now)}`;
    return (await members.enrol(ctx, { openId, at: ctx.now, by: 'subscribe' })).member;
  }

  /** Points that nobody asked for in the chat: the member is told. */
  async credit(memberId: MemberId, { points = 32, expiresOn = '2027-12-01' } = {}): Promise<void> {
    const ctx = this.ctx();
    await ledger.post(ctx, memberId, `purchase:${newId('pur', ctx.now)}`, (book) => {
      book.earn({ points, expiresOn: expiresOn as '2027-12-01' });
      return {};
    });
    await ledger.relayNow(ctx);
  }

  /** A parcel that has left just now: its notice, and whose it is. */
  async parcel() {
    const member = await this.follower();
    const noticeId = await this.parcelOf(member._id);
    return { ...member, openId: member.openId ?? '', noticeId };
  }

  /** A parcel of this member that has left just now: the notice of it. */
  async parcelOf(memberId: MemberId): Promise<string> {
    const ctx = this.ctx();
    const bag = {
      name: '米白帆布袋',
      fulfilment: 'shipment',
      unit: '个',
      validDays: null,
    } as const;
    const rewardId = await shelve(ctx, bag);
    await mall.restock(ctx, { rewardId, pieces: 1, batchId: rewardId });
    await members.setAddress(ctx, memberId, ADDRESS);
    const orderId = newId('ord', ctx.now);
    await ledger.post(ctx, memberId, `gift:${orderId}`, (book) => {
      book.earn({ points: 380, expiresOn: '2028-12-01' });
      return {};
    });
    await orders.placeOrder(ctx, { orderId, memberId, rewardId, quotedPoints: 380 });
    const parcel = { carrier: '顺丰速运', trackingNumber: 'SF1024572046' };
    await orders.shipOrder(ctx, { orderId, ...parcel });
    await tellShipped(ctx, { type: 'order.shipped', orderId });
    return `order-shipped:${orderId}`;
  }

  /** What waits for a follower's next message. */
  linesOf(openId: string) {
    return pendingLines(this.keyValue).find(openId);
  }

  /** Matches the account's templates again. */
  async sync(): Promise<void> {
    const listed = Object.entries(BINDINGS).map(([kind, { templateId, keys }]) => ({
      template_id: templateId,
      title: loadNoticeForms()[kind as keyof typeof BINDINGS].title,
      content: Object.entries(keys)
        .map(([label, key]) => `${label}：{{${key}.DATA}}`)
        .join('\n'),
    }));
    nock(HOST)
      .get(/get_all_private_template/)
      .reply(200, { template_list: listed });
    nock(HOST)
      .get(/newtmpl\/gettemplate/)
      .reply(200, { errcode: 48_001, errmsg: 'no' });
    await syncNotices(this.ctx(), this.sender());
  }

  async noticesOf(memberId: MemberId) {
    return NoticeModel.find({ memberId }).sort({ _id: 1 }).lean();
  }

  /** Listens at the platform's addresses. */
  open(): void {
    nock.disableNetConnect();
    for (const [way, path] of Object.entries(PATHS)) {
      nock(HOST)
        .persist()
        .post(`/${path}`)
        .query(true)
        .reply(async (request) => this.answer(way as Asked['way'], (await request.json()) as Sent));
    }
  }

  private answer(way: Asked['way'], sent: Sent): [number, string] {
    const asked = {
      way,
      openId: sent.touser,
      id: sent.client_msg_id,
      text: sent.text?.content,
      templateId: sent.template_id,
      at: this.now,
    };
    this.asked.push(asked);
    this.onAsked(asked);
    const answer = this.answers.shift() ?? OK;
    if (answer === 'reset') throw new Error('reset');
    const [status, body] = answer;
    return [status, typeof body === 'string' ? body : JSON.stringify(body)];
  }

  private emptyStore() {
    return localKeyValue({ file: null, clock: () => this.now, log: this.ctx().log });
  }
}

interface Sent {
  readonly touser: string;
  readonly template_id?: string;
  readonly client_msg_id?: string;
  readonly text?: { readonly content: string };
}

/** Notices of a shop in this process: real database, a platform in front of the network. */
export function useNoticeDesk(): NoticeDesk {
  useShop({
    couriers: [orders.orderCourier],
    consumers: [{ name: 'notify', see: seeEntries }],
  });
  const desk = new NoticeDesk();
  beforeAll(async () => {
    desk.open();
    const bound = { bindings: BINDINGS, subscriptions: SUBSCRIPTIONS };
    await settings.change(desk.ctx(), 'notices', bound);
  });
  beforeEach(async () => {
    desk.now = new Date('2026-11-21T10:00:00+08:00');
    desk.forgetAll();
    desk.asked.length = 0;
    desk.answers = [];
    desk.onAsked = () => {};
    desk.gateway = undefined;
    for (const name of ['notices', 'push_counts', 'notice_stops', 'subscriptions']) {
      await database().collection(name).deleteMany({});
    }
  });
  afterAll(() => nock.cleanAll());
  return desk;
}
