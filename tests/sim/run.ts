/**
 * The fault simulation from a terminal.
 *
 *   npm run faults -- --seeds 2000 --first 1
 *   npm run faults -- --seeds 1 --first 4711                      one run again, with its whole stack
 *   npm run faults -- --setting storm --seconds 60
 *   npm run faults -- --planted "latest expiry first"             how many seeds it takes to find it
 *   npm run faults -- --planted all
 *
 * Ends with 1 when a law was broken, or when a planted error was not found.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Campaign, Violation } from './campaign.ts';
import { plant } from './plant.ts';
import { PLANTED, plantedAs } from './planted.ts';
import { SETTINGS, type SettingName } from './settings.ts';

const SHOWN_MAX = 5;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    first: { type: 'string', default: '1' },
    seconds: { type: 'string' },
    setting: { type: 'string' },
    planted: { type: 'string' },
  },
});
const parts = {
  firstSeed: Number(values.first),
  seeds: Number(values.seeds),
  seconds: values.seconds === undefined ? undefined : Number(values.seconds),
  setting: values.setting === undefined ? undefined : settingNamed(values.setting),
};

if (values.planted === 'all') process.exitCode = everyPlanted();
else if (values.planted) process.exitCode = await onePlanted(values.planted);
else process.exitCode = await faults();

async function faults(): Promise<number> {
  // Loaded late, as a planted error has to be there before.
  const { campaign } = await import('./campaign.ts');
  const result = await campaign(parts);
  console.log(JSON.stringify(summaryOf(result)));
  for (const violation of result.violations.slice(0, SHOWN_MAX)) show(violation);
  return result.violations.length > 0 ? 1 : 0;
}

function summaryOf({ seeds, tally, violations }: Campaign) {
  const last = parts.firstSeed + seeds - 1;
  return { from: parts.firstSeed, to: last, seeds, ...tally, violations: violations.length };
}

function show({ seed, setting, error }: Violation): void {
  console.log(`\nseed ${seed} (${setting}): ${error.stack}`);
  console.log(`again: npm run faults -- --seeds 1 --first ${seed} --setting ${setting}`);
}

async function onePlanted(name: string): Promise<number> {
  const planted = plantedAs(name);
  if (planted.edit) plant(planted.edit);
  const { campaign } = await import('./campaign.ts');
  const { flaws, setting } = planted;
  const { seeds, violations } = await campaign({
    ...parts,
    setting: parts.setting ?? setting,
    flaws,
    endsAtFirst: true,
  });
  const [found] = violations;
  const told = found
    ? { planted: name, found: true, seeds, seed: found.seed, message: found.error.message }
    : { planted: name, found: false, seeds };
  console.log(JSON.stringify(told));
  return found ? 0 : 1;
}

/** Each in a process of its own: what one changes another must not load. */
function everyPlanted(): number {
  const self = fileURLToPath(import.meta.url);
  const passed = process.argv.slice(2).filter((it) => !['--planted', 'all'].includes(it));
  const missed = PLANTED.filter(({ name }) => {
    const args = [...process.execArgv, self, ...passed, '--planted', name];
    return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0;
  });
  console.log(JSON.stringify({ planted: PLANTED.length, missed: missed.map(({ name }) => name) }));
  return missed.length > 0 ? 1 : 0;
}

/** @throws when there is no such setting */
function settingNamed(name: string): SettingName {
  const known = Object.keys(SETTINGS).find((it) => it === name);
  if (!known) throw new Error(`no setting is called "${name}"`);
  return known as SettingName;
}
