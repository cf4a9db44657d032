import { expect, test } from 'vitest';
import { answers, pretendCaller, useNoNetwork } from '../../../tests/support/weixin.ts';
import { securityChecks } from './security-checks.ts';

useNoNetwork();
const checks = securityChecks(pretendCaller().caller);
const check = { openId: 'o1', text: '好喝😀', where: 'comment' } as const;
const asks = 'POST /wxa/msg_sec_check';
const body = { version: 2, openid: 'o1', scene: 2, content: '好喝😀' };

test('a text is judged where it will stand', async () => {
  const result = { suggest: 'review', label: 20_001 };
  answers({ asks, body, answer: { errcode: 0, errmsg: 'ok', result } });
  expect(await checks.text(check)).toEqual({ suggestion: 'review', label: 20_001 });
});

test('an account that may not ask is told so', async () => {
  answers({ asks, body, answer: { errcode: 48_001, errmsg: 'api unauthorized' } });
  await expect(checks.text(check)).rejects.toMatchObject({ errcode: 48_001, advice: 'operator' });
});

test.each(['', '𠮷'.repeat(2501)])(
  'a text of no or too many characters is not sent',
  async (text) => {
    await expect(checks.text({ ...check, text })).rejects.toMatchObject({
      code: 'CONTENT_INVALID',
    });
  },
);
