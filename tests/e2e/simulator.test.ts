import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Simulator } from '../../src/simulator/index.ts';
import {
  complaintsOf,
  hasBrowser,
  openBrowser,
  overflowOf,
  SIZES,
  shoot,
  violationsOf,
} from '../support/browser.ts';
import { type Seen, scriptedSimulator } from '../support/scripted-service.ts';

const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { colorScheme, size: 'wide', tabs: [''] } as const,
  { colorScheme, size: 'middle', tabs: [''] } as const,
  { colorScheme, size: 'narrow', tabs: ['phone', 'side', 'log'] } as const,
]);

describe.skipIf(!hasBrowser)('the simulator in a browser', () => {
  let browser: Browser;
  let app: FastifyInstance;
  let simulator: Simulator;
  let address = '';
  let remove = async () => {};

  beforeAll(async () => {
    const started = await scriptedSimulator(answer);
    ({ simulator, remove } = started);
    app = Fastify();
    await app.register(simulator.routes);
    serveAssets(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    await fill(simulator);
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await remove();
  });

  async function open(
    size: keyof typeof SIZES,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
    const context = await browser.newContext({ viewport: SIZES[size], ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const complaints = complaintsOf(page);
    await page.goto(`${address}/simulator?openId=o_sim_xiaoman`);
    return { page, context, complaints };
  }

  for (const { size, colorScheme, tabs } of LOOKS) {
    test(`the ${size} page in ${colorScheme} has no accessibility violations and fits`, async () => {
      const { page, context, complaints } = await open(size, { colorScheme });
      await page.locator('#exchanges details').last().evaluate(unfold);
      for (const tab of tabs) {
        if (tab) await page.locator(`[name=tab][value=${tab}]`).check({ force: true });
        await shoot(page, `${size}-${colorScheme}-${tab}`);
        expect(await violationsOf(page)).toEqual([]);
        expect(await overflowOf(page)).toBe(0);
      }
      expect(complaints).toEqual([]);
      await context.close();
    });
  }

  test('by keyboard alone one writes, sends, and taps a word of the answer', async () => {
    const { page, context, complaints } = await open('wide', { reducedMotion: 'reduce' });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // the skip link leads to the message
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('text');
    await page.keyboard.type('兑换');
    await page.keyboard.press('Enter');
    const last = page.locator('#lines > li').last();
    await last.getByText('确认兑换', { exact: true }).waitFor();
    await page.keyboard.press('Shift+Tab');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent?.trim()))
      .toBe('先不换');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.locator('#lines').getByText('收到「确认」，编号 ord_1').waitFor();
    expect(await page.locator('#typing').textContent()).toBe('');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a page of the service opens over the phone, and Escape closes it', async () => {
    const { page, context, complaints } = await open('wide');
    await page.locator('#text').fill('规则');
    await page.keyboard.press('Enter');
    const link = page.locator('#lines > li').last().locator('a');
    await link.waitFor();
    await link.click();
    await page.frameLocator('#frame iframe').getByText('积分规则').waitFor();
    await shoot(page, 'frame');
    await page.locator('#close-frame').focus();
    await page.keyboard.press('Escape');
    expect(await page.locator('#frame').isHidden()).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('WeChat asks whose phone it is and for the profile, and goes back to the service', async () => {
    const context = await browser.newContext({ viewport: SIZES.narrow });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const complaints = complaintsOf(page);
    const query = new URLSearchParams({
      appid: 'wxsim0000000000000',
      redirect_uri: `${address}/h5/rules`,
      response_type: 'code',
      scope: 'snsapi_userinfo',
      state: 'abc',
    });
    await page.goto(`${address}/simulator/weixin/connect/oauth2/authorize?${query}`);
    expect(await violationsOf(page)).toEqual([]);
    await shoot(page, 'whose-phone');
    await page.getByRole('link', { name: '小满不吃糖' }).click();
    await page.getByText('想知道你的昵称和头像').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    await shoot(page, 'consent');
    await page.getByRole('link', { name: '同意' }).click();
    await page.getByText('积分规则').waitFor();
    expect(new URL(page.url()).searchParams.get('code')).toMatch(/^[\w-]+$/);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('what a switch made go wrong is said in the inspector', async () => {
    const { page, context } = await open('wide');
    await page.locator('#exchanges').getByText('故障：错误码').waitFor();
    await page.getByText('下一次出故障').click();
    expect(await violationsOf(page)).toEqual([]);
    await shoot(page, 'faults');
    await page.getByRole('button', { name: '重复推送' }).click();
    await expect.poll(() => simulator.faults()).toMatchObject([{ kind: 'duplicate', times: 1 }]);
    await page.locator('#text').fill('签到');
    await page.keyboard.press('Enter');
    await page.locator('#exchanges').getByText('故障：重复推送').first().waitFor();
    await context.close();
  });

  test('somebody new follows, scans, and is the one who writes', async () => {
    const { page, context } = await open('wide');
    await page.locator('#new-person').click();
    // The page of the new one is there with its script, which takes what is tapped.
    await page.waitForURL(/openId=o_sim_(?!xiaoman)/);
    await page.locator('#lines').getByText('欢迎').waitFor();
    await page.getByRole('button', { name: '扫码' }).click();
    await page.locator('#lines').getByText('扫码 store:binjiang').waitFor();
    await page.locator('#follow-button').click();
    await page.getByText('这个人没有关注').waitFor();
    await expect.poll(() => page.locator('#text').isDisabled()).toBe(true);
    await shoot(page, 'left');
    await context.close();
  });

  test('the clock and the filter work, and the menu opens upwards', async () => {
    const { page, context } = await open('wide');
    await page.getByRole('button', { name: '快进 1 天' }).click();
    await page.locator('#now').getByText('2026年11月25日').waitFor();
    await page.locator('[name=filter][value=calls]').check({ force: true });
    await expect.poll(() => page.locator('#exchanges [data-kind=push]:visible').count()).toBe(0);
    await page.locator('#menu summary').click();
    await shoot(page, 'menu');
    await page.locator('#menu').getByRole('button', { name: '余额' }).click();
    await page.locator('#lines').getByText('点了菜单「余额」').waitFor();
    await context.close();
  });

  test('what does not work is said, until something works again', async () => {
    const { page, context } = await open('wide');
    await simulator.unfollow({ openId: 'o_sim_xiaoman' });
    await page.locator('#lines').getByText('确认兑换').first().click();
    await page.getByRole('alert').filter({ hasText: '这一步没有成功' }).waitFor();
    await page.locator('#follow-button', { hasText: /^关注$/ }).click();
    await expect.poll(() => page.locator('#error').textContent()).toBe('');
    await expect.poll(() => page.locator('#text').isEnabled()).toBe(true);
    await context.close();
  });

  test('the first load is small', async () => {
    const { page, context } = await open('wide');
    const bytes = await page.evaluate(() =>
      performance
        .getEntries()
        .filter((entry) => entry instanceof PerformanceResourceTiming)
        .reduce((sum, entry) => sum + entry.decodedBodySize, 0),
    );
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(150 * 1024);
    await context.close();
  });
});

function answer({ field }: Seen): string | null {
  const [event, content] = [field('Event'), field('Content')];
  if (event === 'subscribe') return '欢迎来到示范小店。\n回复「签到」试试。';
  if (event === 'SCAN') return '你到了滨江店。';
  if (event === 'CLICK') return '余额 1,260 分。';
  if (event) return null;
  if (content === '规则') return '积分规则：http://localhost:3000/h5/rules';
  if (content === '坏') return '<script>alert(1)</script> & "引号"';
  const id = field('bizmsgmenuid');
  if (id) return `收到「${content}」，编号 ${id}`;
  if (content === '签到') {
    return '签到成功，+10 分，余额 1,260 分。\n连续 6 天，第 7 天另得 50 分，明天再来。 ■■■■■■□';
  }
  const tap = (text: string, token: string, label: string) =>
    `<a href="weixin://bizmsgmenu?msgmenucontent=${text}&msgmenuid=${token}">${label}</a>`;
  return `兑换「燕麦拿铁券」×1\n扣 380 分，余额 1,260 → 880 分。\n${tap('确认', 'ord_1', '确认兑换')}　${tap('取消', 'ord_1', '先不换')}`;
}

/** A conversation, a template message, a refused call, and a menu. */
async function fill(simulator: Simulator): Promise<void> {
  const { say, follow, answerCall, settled, addFault } = simulator;
  const openId = 'o_sim_xiaoman';
  await follow({ openId });
  for (const text of ['签到', '兑换', '坏'])
    await say({ openId, text, repeat: text === '签到' ? 1 : 0 });
  const ask = (path: string, body: object, query = {}) =>
    answerCall({ method: 'POST', path: `cgi-bin/${path}`, query, body: JSON.stringify(body) });
  const grant = { grant_type: 'client_credential', appid: 'wxsim0000000000000', secret: 's' };
  const { body } = await ask('stable_token', grant);
  const query = { access_token: (body as { access_token: string }).access_token };
  const value = (text: string) => ({ value: text });
  const data = {
    thing1: value('米白帆布袋'),
    thing2: value('顺丰速运'),
    character_string3: value('SF1024572046'),
    date4: value('2026年11月20日'),
  };
  const url = 'http://localhost:3000/h5/rules';
  const message = { touser: openId, template_id: 'tpl_order_shipped', url, data };
  await ask('message/template/send', message, query);
  await ask('message/template/send', { ...message, data: {} }, query);
  addFault({ path: 'cgi-bin/message/template/send', kind: 'errcode', errcode: 45009 });
  await ask('message/template/send', message, query);
  await ask(
    'message/custom/send',
    { touser: openId, msgtype: 'text', text: { content: '刚才的结果：已兑换。' } },
    query,
  );
  const button = [
    { type: 'click', name: '签到', key: 'CHECKIN' },
    { type: 'view', name: '规则', url },
    {
      name: '我的',
      sub_button: [
        { type: 'click', name: '余额', key: 'BALANCE' },
        { type: 'click', name: '订单', key: 'ORDERS' },
      ],
    },
  ];
  await ask('menu/create', { button }, query);
  await settled();
}

function serveAssets(app: FastifyInstance): void {
  const types = { css: 'text/css', js: 'text/javascript' } as const;
  for (const [extension, type] of Object.entries(types)) {
    app.get(`/assets/simulator.${extension}`, async (_request, reply) => {
      const file = new URL(`../../templates/assets/simulator.${extension}`, import.meta.url);
      return reply.type(`${type}; charset=utf-8`).send(await readFile(file));
    });
  }
  app.get('/h5/rules', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .send('<!doctype html><title>规则</title><link rel="icon" href="data:,"><h1>积分规则</h1>'),
  );
}

function unfold(details: Element): void {
  details.setAttribute('open', '');
}
