import { afterEach, expect, test } from 'vitest';
import { useProgramme } from '../support/programme.ts';

const UNSURE = '现在连接有点慢，这条办好没有还不确定。1 分钟后再发一次就好，积分不会重复加减。';
/** WeChat waits for 5 s; the way takes some of them. */
const IN_TIME_MS = 4500;

const programme = useProgramme({ begins: '2026-09-01 10:00', cuttable: true });

afterEach(() => {
  // That the database was away is in the log, as it should be.
  programme.complaints.length = 0;
});

test.each(['refused', 'silent'] as const)(
  'while the database is %s every answer is a text, in time',
  async (how) => {
    const ann = programme.follower(`ann-${how}`);
    const before = await ann.says('签到');
    expect(before).toContain('签到成功');
    programme.line.cut(how);

    const texts = ['余额', '兑换', '任务', '签到'];
    const begun = performance.now();
    const answers = await Promise.all(texts.map((text) => ann.sends(text)));
    expect(performance.now() - begun).toBeLessThan(IN_TIME_MS);
    expect(answers.map(({ reply }) => reply)).toEqual(texts.map(() => UNSURE));
    const ready = await programme.app.http.inject('/readyz');
    expect([ready.statusCode, ready.json().status]).not.toEqual([200, 'ready']);
    expect((await programme.app.http.inject('/healthz')).statusCode).toBe(200);

    programme.line.mend();
    programme.pass(10);
    const [balance] = answers;
    // The same message again: nothing was kept of the failure.
    expect(await ann.says('余额', { msgId: balance?.msgId ?? '' })).toContain('余额 10 分');
    expect(await ann.says('签到')).toContain('已经签过了');
  },
  40_000,
);

test('a message whose database went away while it was worked on happens once', async () => {
  const bea = programme.follower('bea');
  await bea.follows();
  const sending = bea.sends('签到');
  programme.line.cut('refused');
  const { msgId, reply } = await sending;
  programme.line.mend();
  programme.pass(10);
  const again = await bea.says('签到', { msgId });
  expect(again).toContain('签到成功，+10 分，余额 10 分');
  expect([UNSURE, again]).toContain(reply);
  expect(await bea.entries()).toHaveLength(1);
}, 40_000);
