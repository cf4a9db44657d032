import { SETTINGS, type SettingName, settingOf } from './settings.ts';
import { trial } from './trial.ts';
import type { StoreFlaws } from './world/store.ts';
import type { Tally } from './world/world.ts';

export interface CampaignParts {
  readonly firstSeed: number;
  readonly seeds: number;
  /** Ends it sooner. */
  readonly seconds?: number | undefined;
  /** For all seeds; each has one of its own otherwise. */
  readonly setting?: SettingName | undefined;
  readonly flaws?: StoreFlaws | undefined;
  /** Ends it at the first violation. */
  readonly endsAtFirst?: boolean;
}

export interface Violation {
  readonly seed: number;
  readonly setting: SettingName;
  readonly error: Error;
}

export interface Campaign {
  readonly seeds: number;
  readonly violations: readonly Violation[];
  readonly tally: Tally;
}

/** Runs one seed after another and adds up what happened. */
export async function campaign(parts: CampaignParts): Promise<Campaign> {
  const { firstSeed, seeds, flaws = {}, endsAtFirst = false } = parts;
  const untilMs = performance.now() + 1000 * (parts.seconds ?? Number.POSITIVE_INFINITY);
  const tally: Tally = {};
  const violations: Violation[] = [];
  let seed = firstSeed;
  for (; seed < firstSeed + seeds && performance.now() < untilMs; seed++) {
    const setting = parts.setting ?? settingOf(seed);
    try {
      add(tally, await trial({ seed, setting: SETTINGS[setting], flaws }));
    } catch (error) {
      violations.push({ seed, setting, error: error as Error });
      if (endsAtFirst) return { seeds: seed + 1 - firstSeed, violations, tally };
    }
  }
  return { seeds: seed - firstSeed, violations, tally };
}

function add(sums: Tally, more: Tally): void {
  for (const [name, n] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + n;
}
