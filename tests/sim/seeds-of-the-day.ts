import { DAY_MS } from '../../src/kernel/business-day.ts';
import { type CampaignParts, campaign } from './campaign.ts';

/** How many seeds a run of the suite plays, whatever machine it runs on; each part in a file of its own. */
const PARTS = 3;
const SEEDS_PER_PART = 1000;
/** Far more than a part takes: it is never ended by the clock of a busy machine. */
export const PATIENCE_MS = 900_000;

/** Other seeds each day: a law that breaks rarely is met some day. */
const FIRST = Math.floor(performance.timeOrigin / DAY_MS) * PARTS * SEEDS_PER_PART;

/** Plays one part of the seeds of the day and says which these are; broken laws, as they can be repeated. */
export function violationsOfTheDay(part: 1 | 2 | 3): Promise<readonly string[]> {
  const parts = { firstSeed: FIRST + (part - 1) * SEEDS_PER_PART, seeds: SEEDS_PER_PART };
  console.log(
    `seeds of the day: npm run faults -- --first ${parts.firstSeed} --seeds ${parts.seeds}`,
  );
  return violationsOf(parts);
}

/** Broken laws, as a person can repeat them. */
export async function violationsOf(parts: CampaignParts): Promise<readonly string[]> {
  const { violations } = await campaign(parts);
  return violations.map(({ seed, setting, error }) => `${seed} (${setting}): ${error.stack}`);
}
