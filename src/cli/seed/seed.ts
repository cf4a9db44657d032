import type { Context } from '../../kernel/context.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import { countSeeded, type Seeded } from './count-seeded.ts';
import { type Crowd, seedFollowers, seedLaowang, seedXiaoman } from './seed-followers.ts';
import { seedMinimal } from './seed-minimal.ts';

export const SEEDS = ['minimal', 'demo', 'load'] as const;
export type SeedKind = (typeof SEEDS)[number];

const DEMO: Crowd = { members: 57, days: 60 };

/** Makes data that looks alive, the same at every run; what is there already stays. */
export async function seed(ctx: Context, kind: SeedKind, crowd: Crowd): Promise<Seeded> {
  await seedMinimal(ctx);
  if (kind !== 'minimal') {
    await seedXiaoman(ctx);
    await seedLaowang(ctx);
    await seedFollowers(ctx, kind === 'demo' ? DEMO : crowd);
  }
  await ledger.relayNow(ctx);
  return countSeeded();
}
