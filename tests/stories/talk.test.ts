import { expect, test } from 'vitest';
import * as settings from '../../src/loyalty/settings/index.ts';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-10-01 10:00' });

test('five texts that nothing understands get four answers, then silence; a known word ends it', async () => {
  const ann = programme.follower('ann');
  const said: string[] = [];
  for (const text of ['今天天气怎么样', '讲个笑话吧', '你是谁呀', '唱首歌好吗', '再来一个呗']) {
    said.push(await ann.says(text));
  }
  expect(said[0]).toContain('这个我答不上来');
  expect(said[1]).toContain('1. 签到');
  expect(said[2]).toContain('/h5/rules');
  expect(said[3]).toBe('我先安静一会儿。发「帮助」或任何功能词，我马上回来。');
  expect(said[4]).toBe('');

  expect(await ann.says('帮助')).toContain('发这些词就行');
  expect(await ann.says('今天天气怎么样')).toContain('这个我答不上来');
});

test('the silence is over after ten minutes', async () => {
  programme.turnTo('2026-10-02 10:00');
  const bea = programme.follower('bea');
  for (const text of ['啦啦啦啦一', '啦啦啦啦二', '啦啦啦啦三', '啦啦啦啦四']) await bea.says(text);
  expect(await bea.says('啦啦啦啦五')).toBe('');
  programme.pass(10 * 60);
  expect(await bea.says('啦啦啦啦六')).not.toBe('');
});

test('a word that sounds close is asked about, and nothing runs unasked that spends', async () => {
  programme.turnTo('2026-10-03 10:00');
  const cai = programme.follower('cai');
  await cai.isGiven(1260);
  for (const text of ['帮我换一张燕麦拿铁券', '我想兑换咖啡', '兌換', '对换']) {
    await cai.says(text);
    expect(await cai.balance()).toBe(1260);
  }
});

test('who writes too fast is asked to wait, and nobody else is', async () => {
  programme.turnTo('2026-10-04 10:00');
  const { openId } = programme.follower('dan');
  const help = () => programme.simulator.say({ openId, text: '帮助' });
  const told = await Promise.all(Array.from({ length: 33 }, help));
  const said = told.map(({ reply }) => reply?.text);
  expect(said.filter((text) => text === '发得有点快，歇 60 秒再来。')).toHaveLength(3);
  expect(await programme.follower('eve').says('帮助')).toContain('发这些词就行');
  programme.turnTo('2026-10-04 10:01');
  expect((await help()).reply?.text).toContain('发这些词就行');
});

test('at night a question is answered at once', async () => {
  programme.turnTo('2026-10-05 23:10');
  expect(await programme.follower('fei').says('余额')).toContain('现在是 0 分');
});

test('without links and bars every text still says what to do', async () => {
  programme.turnTo('2026-10-06 10:00');
  await settings.change(programme.ctx(), 'chat', { tapLinks: false, bars: false });
  const gao = programme.follower('gao');
  await gao.says('签到');
  expect(gao.transcript.at(-1)?.text).not.toMatch(/<a|■/);
  await gao.isGiven(1260);
  await gao.says('兑换');
  await gao.says('1');
  expect(gao.transcript.at(-1)?.text).toContain('回复「确认」或「取消」，5 分钟内有效');
  expect(gao.transcript.at(-1)?.text).not.toContain('<a');
  expect(await gao.says('确认')).toContain('兑换成功');
  await settings.change(programme.ctx(), 'chat', { tapLinks: true, bars: true });
});

test('pictures, voices and places get one line with a next step', async () => {
  programme.turnTo('2026-10-07 10:00');
  const openId = programme.follower('hua').openId;
  const lines = {
    image: '图片收到了',
    voice: '我还听不了语音',
    location: '位置收到了',
  };
  for (const [type, line] of Object.entries(lines)) {
    programme.pass(2);
    expect(await programme.pushMedia({ openId, sentAt: programme.ctx().now, type })).toContain(
      line,
    );
  }
});
