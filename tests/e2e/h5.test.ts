import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as orders from '../../src/loyalty/orders/index.ts';
import * as rules from '../../src/loyalty/rules/index.ts';
import { signToken } from '../../src/platform/signed-token.ts';
import {
  complaintsOf,
  hasBrowser,
  openBrowser,
  overflowOf,
  SIZES,
  shoot,
  violationsOf,
} from '../support/browser.ts';
import { at } from '../support/context.ts';
import { serviceOver } from '../support/http-service.ts';
import { follower, shelve, useShop } from '../support/shop.ts';

const secret = 'a secret of at least thirty-two characters';
const morning = at('2026-11-21T10:00:00+08:00');
const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (['wide', 'narrow'] as const).map((size) => ({ colorScheme, size })),
);

describe.skipIf(!hasBrowser)('the pages for followers in a browser', () => {
  useShop({ couriers: [orders.orderCourier] });
  let browser: Browser;
  let app: FastifyInstance;
  let address = '';
  let form = '';

  beforeAll(async () => {
    await rules.ensureRulesets(morning);
    await shelve(morning);
    const claim = { purpose: 'address', expiresAt: new Date('2026-11-21T10:30:00+08:00') };
    const subject = await follower(morning, 10);
    form = `/h5/address?t=${signToken(secret, { ...claim, subject })}`;
    app = await serviceOver({ clock: () => morning.now, sessionSecret: secret });
    await app.listen({ port: 0, host: '127.0.0.1' });
    address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  for (const { colorScheme, size } of LOOKS) {
    test(`every page reads well at ${size} in ${colorScheme}`, async () => {
      const context = await browser.newContext({
        viewport: SIZES[size],
        colorScheme,
        locale: 'zh-CN',
      });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      for (const [name, path] of [
        ['address', form],
        ['rules', '/h5/rules'],
        ['privacy', '/h5/privacy'],
        ['saved', '/h5/address/saved'],
      ] as const) {
        await page.goto(`${address}${path}`);
        await shoot(page, `h5-${name}-${size}-${colorScheme}`);
        expect(await violationsOf(page)).toEqual([]);
        expect(await overflowOf(page)).toBe(0);
      }
      expect(complaints).toEqual([]);
      await context.close();
    });
  }

  test('by keyboard alone a member fills in the form, is told what is wrong, and mends it', async () => {
    const context = await browser.newContext({ viewport: SIZES.narrow, locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(`${address}${form}`);
    await page.keyboard.press('Tab');
    for (const text of ['王小明', '12', '浙江省', '杭州市', '滨江区', '江南大道 1 号']) {
      await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('phone');
    await shoot(page, 'h5-address-wrong');
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('13812342046');
    await page.keyboard.press('Enter');
    await page.getByText('地址已保存').first().waitFor();
    await context.close();
  });
});
