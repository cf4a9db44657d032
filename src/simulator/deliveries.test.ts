import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { replyTo, type Script, scriptedSimulator } from '../../tests/support/scripted-service.ts';
import type { SimulatorOptions } from './index.ts';
import { turnableClock } from './index.ts';
import { decrypt, encrypt, signatureOf } from './line/cipher.ts';
import { readXml, textOf, writeXml } from './line/xml.ts';

const openId = 'o_sim_xiaoman';
const removals: (() => Promise<void>)[] = [];

async function start(script: Script, more: Partial<SimulatorOptions> = {}) {
  const started = await scriptedSimulator(script, more);
  removals.push(started.remove);
  return started;
}

afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

describe('delivering what followers do', () => {
  test('a text is signed, carries a 64-bit number, and its answer is told', async () => {
    const { simulator, seen } = await start(() => '签到成功');
    const told = await simulator.say({ openId, text: '签到' });
    expect(told).toMatchObject({
      openId,
      at: new Date('2026-11-24T12:14:00Z'),
      reply: { type: 'text', text: '签到成功' },
      deliveries: [{ attempt: 1, status: 200, text: '签到成功' }],
    });
    expect(BigInt(told.msgId ?? 0)).toBeGreaterThan(2n ** 53n);
    const [{ query, field } = { query: {}, field: () => '' }] = seen;
    const { signature, timestamp = '', nonce = '' } = query as Record<string, string>;
    expect(signature).toBe(signatureOf('jifenwudemo', timestamp, nonce));
    expect(query).toMatchObject({ openid: openId, timestamp: '1795522440' });
    expect([field('ToUserName'), field('FromUserName')]).toEqual(['gh_sim_0001', openId]);
    expect([field('Content'), field('MsgId')]).toEqual(['签到', told.msgId]);
    expect(field('CreateTime')).toBe('1795522440');
  });

  test('a service that is slow or broken gets three tries with the same number, then the line', async () => {
    for (const broken of [
      { status: 500, body: 'oops' },
      { status: 200, body: '<html>' },
    ]) {
      const { simulator, seen } = await start(() => broken);
      const told = await simulator.say({ openId, text: '签到' });
      expect(told.reply).toEqual({
        type: 'failure',
        text: '该公众号提供的服务出现故障，请稍后再试',
      });
      expect(told.deliveries.map(({ attempt, status }) => [attempt, status])).toEqual(
        [1, 2, 3].map((attempt) => [attempt, broken.status]),
      );
      expect(new Set(seen.map(({ xml }) => xml)).size).toBe(1);
      expect(simulator.transcript(openId).at(-1)).toMatchObject({ via: 'failure' });
    }
  });

  test('the platform hangs up when its patience ends, and hears the second try', async () => {
    const signals: AbortSignal[] = [];
    const { simulator } = await start(() => null, {
      patienceMs: 30,
      async deliver({ signal }) {
        signals.push(signal);
        if (signals.length === 1) return new Promise(() => {});
        return { status: 200, body: '' };
      },
    });
    const told = await simulator.say({ openId, text: '签到' });
    expect(told.deliveries.map(({ status }) => status)).toEqual([0, 200]);
    expect(signals[0]?.aborted).toBe(true);
    expect(told.reply).toBeNull();
    expect(simulator.exchanges()).toMatchObject([{ problem: 'timeout' }, { problem: null }]);
  });

  test('a service that cannot be reached is told as such', async () => {
    const deliver = () => Promise.reject(new Error('refused'));
    const { simulator } = await start(() => null, { deliver });
    expect((await simulator.say({ openId, text: '签到' })).deliveries).toHaveLength(3);
    expect(simulator.exchanges().map(({ problem }) => problem)).toEqual(
      Array(3).fill('connection'),
    );
  });

  test('a failed event shows nothing, a failed menu tap shows the line', async () => {
    const { simulator } = await start(() => ({ status: 502, body: '' }));
    expect((await simulator.scan({ openId, scene: 'store:binjiang' })).reply).toBeNull();
    expect((await simulator.tap({ openId, key: 'CHECKIN' })).reply?.type).toBe('failure');
    expect((await simulator.tap({ openId, key: 'http://x/h5/rules' })).reply).toBeNull();
  });

  test('a repeated message is the same one, and only its first answer is shown', async () => {
    let answers = 0;
    const { simulator, seen } = await start(() => `答 ${++answers}`);
    const told = await simulator.say({ openId, text: '签到', repeat: 2 });
    expect(told.deliveries.map(({ text }) => text)).toEqual(['答 1', '答 2', '答 3']);
    expect(new Set(seen.map(({ xml }) => xml)).size).toBe(1);
    expect(simulator.transcript(openId).map(({ text }) => text)).toEqual(['签到', '答 1']);
  });

  test('a number that was there before brings that message again, also after midnight', async () => {
    const { simulator, seen } = await start(() => null);
    const { msgId } = await simulator.say({ openId, text: '签到' });
    await simulator.turnClock({ to: 'end-of-day' });
    await simulator.say({ openId, text: '签到', msgId: msgId ?? '' });
    expect(seen[1]?.xml).toBe(seen[0]?.xml);
    const other = await simulator.say({ openId: 'o_other', text: '签到', msgId: msgId ?? '' });
    expect(seen[2]?.field('FromUserName')).toBe(other.openId);
  });
});

describe('in safe and compatible mode', () => {
  const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
  const lock = { aesKey, appId: 'wxsim0000000000000' };
  const account = { ...lock, name: '店', token: 'jifenwudemo', originalId: 'gh_sim_0001' };

  test.each(['safe', 'compatible'] as const)('%s: both ways are encrypted', async (mode) => {
    const bodies: string[] = [];
    const { simulator } = await start(() => null, {
      account: { ...account, mode },
      async deliver({ query, body }) {
        bodies.push(body);
        const sealed = textOf(readXml(body).Encrypt) ?? '';
        const { timestamp = '', nonce = '', msg_signature: signature } = query;
        expect(signature).toBe(signatureOf(account.token, timestamp, nonce, sealed));
        expect(query.encrypt_type).toBe('aes');
        const field = (name: string) => textOf(readXml(decrypt(lock, sealed))[name]) ?? '';
        const reply = replyTo({ query, xml: '', field }, `收到${field('Content')}`);
        const cipher = encrypt(lock, reply);
        const answer = writeXml([
          ['Encrypt', cipher],
          ['MsgSignature', signatureOf(account.token, '1', 'n', cipher)],
          ['TimeStamp', 1],
          ['Nonce', 'n'],
        ]);
        return { status: 200, body: answer };
      },
    });
    expect((await simulator.say({ openId, text: '签到' })).reply?.text).toBe('收到签到');
    expect(bodies[0]?.includes('签到')).toBe(mode === 'compatible');
    expect(simulator.exchanges()[0]?.plainRequest).toContain('签到');
    expect(simulator.exchanges()[0]?.plainResponse).toContain('收到签到');
  });
});

describe('who does what', () => {
  test('following, scanning and leaving are the events of the platform', async () => {
    const { simulator, seen } = await start(() => null);
    await simulator.follow({ openId: 'o_sim_azhe', scene: 'store:binjiang' });
    await simulator.scan({ openId: 'o_sim_azhe', scene: 'store:binjiang' });
    await simulator.scan({ openId: 'o_sim_laowang', scene: 'store:binjiang' });
    await simulator.unfollow({ openId });
    await simulator.tap({ openId: 'o_sim_azhe', key: 'CHECKIN' });
    await simulator.tap({ openId: 'o_sim_azhe', key: 'http://localhost/h5/rules' });
    expect(seen.map(({ field }) => [field('Event'), field('EventKey')])).toEqual([
      ['subscribe', 'qrscene_store:binjiang'],
      ['SCAN', 'store:binjiang'],
      ['subscribe', 'qrscene_store:binjiang'],
      ['unsubscribe', ''],
      ['CLICK', 'CHECKIN'],
      ['VIEW', 'http://localhost/h5/rules'],
    ]);
    expect(seen.every(({ field }) => field('MsgId') === '')).toBe(true);
  });

  test('who does not follow cannot write; an unknown person is taken for a follower', async () => {
    const { simulator } = await start(() => null);
    for (const stranger of ['o_sim_azhe', 'o_sim_laowang']) {
      await expect(simulator.say({ openId: stranger, text: '签到' })).rejects.toThrow(
        'NOT_FOLLOWING',
      );
    }
    expect((await simulator.say({ openId: 'o_new', text: '签到' })).openId).toBe('o_new');
    const { openId: made } = await simulator.follow({});
    expect(made).toMatch(/^o_sim_[0-9a-f]{12}$/);
  });

  test('a tapped word comes with the id behind it', async () => {
    const { simulator, seen } = await start(() => null);
    await simulator.say({ openId, text: '确认', menuId: 'ord_1' });
    expect([seen[0]?.field('Content'), seen[0]?.field('bizmsgmenuid')]).toEqual(['确认', 'ord_1']);
  });

  test('whatever is written arrives as it was, also what looks like XML', async () => {
    const texts = [']]></Content><Content>x', '<b>&amp;', '第一行\n第二行'];
    const heard: (string | null)[] = [];
    const { simulator } = await start(() => null, {
      async deliver({ body }) {
        heard.push(textOf(readXml(body).Content));
        return { status: 200, body: 'success' };
      },
    });
    for (const text of texts) await simulator.say({ openId, text });
    expect(heard).toEqual(texts);
  });

  test('the address check is answered or not', async () => {
    const echo: Partial<SimulatorOptions> = {
      deliver: async ({ query }) => ({ status: 200, body: query.echostr ?? '' }),
    };
    expect(await (await start(() => null, echo)).simulator.verifyUrl()).toBe(true);
    expect(await (await start(() => null)).simulator.verifyUrl()).toBe(false);
  });
});

describe('what survives a restart', () => {
  test('people, windows, the clock and the last number', async () => {
    const first = await start(() => null);
    await first.simulator.follow({ openId: 'o_sim_azhe' });
    const { msgId } = await first.simulator.say({ openId, text: '签到' });
    await first.simulator.turnClock({ advanceSeconds: 86_400 });
    await first.simulator.close();
    const clock = turnableClock(() => new Date('2026-11-24T12:14:00Z'));
    const { dataFile } = first;
    const second = await start(() => null, { dataFile, clock });
    expect(clock.now()).toEqual(new Date('2026-11-25T12:14:00Z'));
    clock.advance(-86_400_000);
    const again = await second.simulator.say({ openId: 'o_sim_azhe', text: '签到' });
    expect(BigInt(again.msgId ?? 0)).toBeGreaterThan(BigInt(msgId ?? 0));
    expect(JSON.parse(await readFile(dataFile, 'utf8')).followers).toContainEqual(
      expect.objectContaining({ openId: 'o_sim_azhe', standing: 'following' }),
    );
  });

  test('a file from before people had tags and the account files is still read', async () => {
    const { dataFile } = await start(() => null);
    const windows = { message: null, tap: null };
    const old = { openId: 'o_old', name: '老友', standing: 'following', followedAt: 7, windows };
    const count = { offsetMs: 0, lastMsgId: '0', templateMessages: 900_000, newcomers: 0 };
    await writeFile(dataFile, JSON.stringify({ ...count, followers: [old], menu: null }));
    const { simulator } = await start(() => null, { dataFile, followers: [] });
    await simulator.close();
    const state = JSON.parse(await readFile(dataFile, 'utf8'));
    expect(state.followers).toEqual([expect.objectContaining({ ...old, tags: [], remark: '' })]);
    expect(state.templates).toHaveLength(3);
  });

  test('a file that is none is said in the log, and a new world begins', async () => {
    const { dataFile } = await start(() => null);
    await writeFile(dataFile, '{"followers":');
    const warnings: string[] = [];
    const log = {
      debug() {},
      info() {},
      warn: (_: unknown, phrase: string) => warnings.push(phrase),
      error() {},
    };
    await start(() => null, { dataFile, log: log as unknown as SimulatorOptions['log'] });
    expect(warnings).toEqual(['simulator file unreadable, a new world begins']);
  });

  test('a reset brings back the first followers and forgets what was said', async () => {
    const { simulator } = await start(() => '好');
    await simulator.unfollow({ openId });
    await simulator.say({ openId: 'o_new', text: '签到' });
    await simulator.reset();
    expect(simulator.transcript('o_new')).toEqual([]);
    expect(simulator.exchanges()).toEqual([]);
    expect((await simulator.say({ openId, text: '签到' })).reply?.text).toBe('好');
  });

  test('the clock answers when the due jobs have run', async () => {
    const ran: Date[] = [];
    const clock = turnableClock(() => new Date('2026-11-24T12:14:00Z'));
    const runDueJobs = async () => void ran.push(clock.now());
    const { simulator } = await start(() => null, { clock, runDueJobs });
    const now = await simulator.turnClock({ to: 'end-of-month' });
    expect(ran).toEqual([new Date('2026-11-30T15:59:00Z')]);
    expect(now).toEqual(ran[0]);
  });
});
