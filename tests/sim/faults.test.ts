import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/loyalty/ledger/limits.ts';
import { campaign } from './campaign.ts';
import { edited, initialize, load } from './plant.ts';
import { type Edit, PLANTED } from './planted.ts';
import { violationsOf } from './seeds-of-the-day.ts';
import { SETTINGS } from './settings.ts';
import { trial } from './trial.ts';

const SLOW_MS = 600_000;
const ROOT = new URL('../../', import.meta.url);

describe('the ledger under faults at every await', () => {
  it('keeps its laws in the seeds that are always run', { timeout: SLOW_MS }, async () => {
    expect(await violationsOf({ firstSeed: 1, seeds: 40 })).toEqual([]);
  });

  it('meets every kind of fault, and every part of the programme', async () => {
    const { tally } = await campaign({ firstSeed: 101, seeds: 10 });
    const met = Object.entries(tally).filter(([, n]) => n > 0);
    expect(met.map(([name]) => name).sort()).toEqual([
      'acknowledged',
      'appliedInPart',
      'cancelled',
      'crashes',
      'entries',
      'failovers',
      'lags',
      'lateWrites',
      'lostAcks',
      'missedUpdates',
      'notSent',
      'orders',
      'receipts',
      'rolledBack',
      'staleReads',
      'steps',
    ]);
  });

  it('runs the same way again by its seed, and leaves the usual bounds behind', async () => {
    const usual = { ...limits };
    const setting = SETTINGS.storm;
    const [first, again] = [await trial({ seed: 7, setting }), await trial({ seed: 7, setting })];
    expect(again).toEqual(first);
    expect(await trial({ seed: 8, setting })).not.toEqual(first);
    expect(limits).toEqual(usual);
  });
});

describe('a planted error', () => {
  const edits = PLANTED.flatMap(({ name, edit }) => (edit ? [{ name, edit }] : []));

  it.each(edits)('still has its place: $name', async ({ edit }) => {
    const source = edited(await readFile(new URL(edit.file, ROOT), 'utf8'), edit);
    const { diagnostics } = ts.transpileModule(source, { reportDiagnostics: true });
    expect(diagnostics).toEqual([]);
  });

  it('is not planted where its line is gone', () => {
    const edit: Edit = { file: 'a.ts', find: 'one', replace: 'two' };
    expect(edited('one line', edit)).toBe('two line');
    expect(() => edited('no line', edit)).toThrow('a.ts holds 0 times: one');
    expect(() => edited('one, one', edit)).toThrow('a.ts holds 2 times: one');
  });

  it('is loaded in place of its file, and every other file as it is', async () => {
    const edit: Edit = { file: 'LICENSE', find: 'MIT License', replace: 'planted' };
    initialize(edit);
    const read = (url: string) => readFile(fileURLToPath(url), 'utf8');
    const [own, other] = [new URL(edit.file, ROOT).href, new URL('package.json', ROOT).href];
    expect(await load(own, {}, read)).toMatch(/^planted\n/);
    expect(await load(other, {}, read)).toContain('"jifenwu"');
  });

  // Those that nearly every seed shows; all of them by `npm run faults -- --planted all`.
  const quick = PLANTED.filter(({ isQuick }) => isQuick).map(({ name }) => name);

  it.concurrent.each(quick)('is noticed: %s', { timeout: SLOW_MS }, async (name) => {
    const run = fileURLToPath(new URL('run.ts', import.meta.url));
    const args = ['--import', 'tsx', run, '--seeds', '200', '--planted', name];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    expect(JSON.parse(stdout)).toMatchObject({ planted: name, found: true });
  });
});
