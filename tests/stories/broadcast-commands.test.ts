import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import nock from 'nock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { broadcastCommands } from '../../src/cli/broadcast.ts';
import { EXIT, verdictOn } from '../../src/cli/exit.ts';
import { readConfig } from '../../src/config.ts';
import { sendBroadcasts } from '../../src/notify/broadcast/index.ts';
import { PushCountsModel } from '../../src/notify/push-counts.model.ts';
import { crowd, memberIdOf } from '../support/crowd.ts';
import { type CrowdPlatform, openCrowdPlatform } from '../support/crowd-platform.ts';
import { databaseUri } from '../support/database.ts';
import { withCore } from '../support/with-core.ts';

const folder = mkdtempSync(join(tmpdir(), 'jifenwu-broadcast-'));
const now = new Date('2026-11-24T12:00:00+08:00');
let platform: CrowdPlatform;
let env: Record<string, string> = {};

beforeAll(async () => {
  nock.restore();
  platform = await openCrowdPlatform();
  env = {
    MONGODB_URI: databaseUri(),
    DATA_DIR: folder,
    WECHAT_API_BASE_URL: platform.baseUrl,
  };
  await withCore(readConfig(env), async () => {
    await crowd(30, (n) => ({ notices: n === 0 ? 'off' : 'on' }));
    await PushCountsModel.create({ _id: memberIdOf(1), pushes: [{ id: 'x', day: '2026-11-24' }] });
  });
});
afterAll(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: string;
}

/** Runs a command in this process, at noon. */
async function jifenwu(...args: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const said: string[] = [];
  let code: number = EXIT.done;
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const exit = (ended: number) => {
    code = ended;
  };
  const print = (line: string) => out.push(line);
  const say = (line: string) => said.push(line);
  const terminal = { env, now: () => now, stdin: process.stdin, print, say, exit };
  broadcastCommands(program, terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return { code, out, err: said.join('\n') };
  } catch (error) {
    const verdict = verdictOn(error);
    return { code: verdict.code, out, err: verdict.message };
  }
}

function file(name: string, yaml: string): string {
  const path = join(folder, name);
  writeFileSync(path, yaml);
  return path;
}

const send = () =>
  withCore(readConfig(env), async ({ contextOf, api }) => {
    const ctx = { ...contextOf('test'), now, today: '2026-11-24' as const };
    await sendBroadcasts(ctx, { api });
  });

describe('broadcast:…', { timeout: 60_000 }, () => {
  test('says everything that is wrong with a file', async () => {
    const wrong = await jifenwu('broadcast:new', file('wrong.yml', 'name: ""\nchannel: mass\n'));
    expect(wrong.code).toBe(EXIT.wrong);
    expect(wrong.err.split('\n').length).toBeGreaterThan(2);
    expect(wrong.err).toMatch(/^✗ name: /);
    expect((await jifenwu('broadcast:new', file('none.yml', 'a: [b'))).err).toMatch(/no YAML/);
    expect((await jifenwu('broadcast:new', join(folder, 'gone.yml'))).code).toBe(EXIT.usage);
    expect((await jifenwu('broadcast:show', 'bct_1')).code).toBe(EXIT.usage);
    const nobody = `bct_${'0'.repeat(26)}`;
    expect((await jifenwu('broadcast:show', nobody)).code).toBe(EXIT.refused);
  });

  test('goes from the file to the list of who was not reached', async () => {
    const path = file(
      'notice.yml',
      'name: 上新\nchannel: subscription\naudience: { members: all }\n' +
        'content: { templateId: S1, data: { thing1: 咖啡豆, date2: 2026年11月24日 } }\n',
    );
    const made = await jifenwu('broadcast:new', path);
    const id = /^(bct_\w+) subscription draft: 上新$/.exec(made.out[0] ?? '')?.[1] ?? '';
    const numbers = [
      '30 members in the audience',
      '− 1 opted-out: 29 left',
      '− 1 cap: 28 left',
      '= 28 would be sent it, within 1 min at its rate',
    ];
    expect(await jifenwu('broadcast:check', id)).toMatchObject({ code: 0, out: numbers });
    expect(await jifenwu('broadcast:start', id)).toEqual({
      code: EXIT.refused,
      out: numbers,
      err: '28 members would be sent it: add --yes to confirm',
    });
    expect(platform.asked).toEqual([]);
    const started = await jifenwu('broadcast:start', id, '--yes');
    expect(started.out.at(-1)).toBe(`${id} subscription sending, 0 of 30: 上新`);
    expect((await jifenwu('broadcast:pause', id)).out).toEqual([
      `${id} subscription paused (paused by hand), 0 of 30: 上新`,
    ]);
    await send();
    expect(platform.asked).toEqual([]);
    expect((await jifenwu('broadcast:resume', id)).code).toBe(EXIT.done);
    platform.does = ({ openIds }) => (openIds[0] === 'o_crowd_9' ? { errcode: 47_003 } : 'takes');
    await send();
    expect((await jifenwu('broadcast:show', id)).out).toEqual([
      `${id} subscription done, 30 of 30: 上新`,
      'sent 27',
      'failed 1: errcode 47003',
      'skipped 1: opted-out',
      'skipped 1: cap',
      'unknown 0',
      'left 0',
    ]);
    const shown = await jifenwu('broadcast:show', id, '--json');
    expect(JSON.parse(shown.out[0] ?? '')).toMatchObject({ _id: id, progress: { sent: 27 } });
    const { out } = await jifenwu('broadcast:failures', id);
    expect(out[0]).toBe('member_no,member_id,outcome,cause,at');
    expect(out.slice(1)).toEqual([expect.stringMatching(/^M000009,mem_\w+,failed,errcode 47003,/)]);
    expect((await jifenwu('broadcast:stop', id, '--yes')).code).toBe(EXIT.refused);
    expect((await jifenwu('broadcast:list')).out).toEqual([
      `${id} subscription done, 30 of 30: 上新`,
    ]);
  });

  test('narrows an audience by options, and says who is left out by which', async () => {
    const path = file(
      'narrow.yml',
      'name: 唤醒\nchannel: next-contact\naudience: { members: all, balanceAtMost: 5 }\n' +
        'content: { text: 好久不见，签到领积分。 }\n',
    );
    const options = ['--inactive-days', '60', '--balance-at-most', '9', '--balance-at-least', '1'];
    const made = await jifenwu('broadcast:new', path, ...options);
    const id = made.out[0]?.split(' ')[0] ?? '';
    expect((await jifenwu('broadcast:check', id)).out).toEqual([
      '30 members in the audience',
      '− 1 opted-out: 29 left',
      '− 29 balance: 0 left',
      '= 0 would be sent it, within 0 min at its rate',
    ]);
    const shown = await jifenwu('broadcast:show', id, '--json');
    expect(JSON.parse(shown.out[0] ?? '')).toMatchObject({
      plan: { audience: { inactiveDays: 60, balanceAtLeast: 1, balanceAtMost: 9 } },
    });
    const some = await jifenwu('broadcast:new', path, '--inactive-days', 'some');
    expect(some).toMatchObject({ code: EXIT.usage, err: 'some is no whole number' });
    const missing = await jifenwu('broadcast:new', path, '--task-not-done', '跑步');
    expect(missing.code).toBe(EXIT.wrong);
    expect(missing.err).toContain('✗ audience.taskNotDone: there is no such task');
    const rows = file(
      'rows.yml',
      'name: x\nchannel: template\naudience: { rows: [] }\n' +
        'content: { templateId: T1, data: { thing1: 咖啡豆 } }\n',
    );
    const refused = await jifenwu('broadcast:new', rows, '--inactive-days', '60');
    expect(refused.code).toBe(EXIT.wrong);
    await jifenwu('broadcast:stop', id, '--yes');
  });

  test('tells what the platform would refuse, and ends what is not wanted any more', async () => {
    const path = file(
      'other.yml',
      'name: 别的\nchannel: subscription\naudience: { members: all }\n' +
        'content: { templateId: S1, data: { thing1: 咖啡豆, thing9: x } }\n',
    );
    const made = await jifenwu('broadcast:new', path);
    const id = made.out[0]?.split(' ')[0] ?? '';
    const checked = await jifenwu('broadcast:check', id);
    expect(checked.code).toBe(EXIT.wrong);
    expect(checked.out.slice(-2)).toEqual([
      '✗ the template wants date2',
      '✗ the template has no thing9',
    ]);
    const refused = await jifenwu('broadcast:stop', id);
    expect(refused).toMatchObject({ code: EXIT.refused });
    expect((await jifenwu('broadcast:stop', id, '--yes')).out.at(-1)).toBe(
      `${id} subscription stopped: 别的`,
    );
  });
});
