import { setTimeout as wait } from 'node:timers/promises';
import { oneOf, type Random } from '../../../src/cli/seed/random.ts';
import type { DatabaseProcess } from '../../support/crash-database.ts';
import type { ServiceProcess } from '../../support/service-process.ts';

/** How often a database stays away for longer than its own start takes, and how long at most. */
const LONG_AWAY = 0.3;
const AWAY_MAX_MS = 8000;

/** What is killed during a campaign. */
export type Victims = 'service' | 'database' | 'both';

/** The processes of a campaign; without a database of its own, only the service can be killed. */
export interface Cast {
  readonly service: ServiceProcess;
  readonly database: DatabaseProcess | null;
}

/** The service and its database, which come back after every kill. */
export interface Stage {
  readonly service: ServiceProcess;
  /** Resolves when both answer again. @throws what keeps one of them away */
  readonly up: () => Promise<void>;
  /** Kills one of them and starts it again, without waiting for it. */
  readonly strike: (victims: Victims, random: Random) => void;
  readonly blows: Blows;
}

/** What was killed so far. */
export interface Blows {
  service: number;
  database: number;
  /** The longest that the service took to be ready once its database answered again. */
  slowestReturnMs: number;
}

/** Starts the service; its database is there. */
export function openStage({ service, database }: Cast): Stage {
  const blows: Blows = { service: 0, database: 0, slowestReturnMs: 0 };
  let up = Promise.resolve();
  /** Whoever asks from now on waits for this one as well. */
  const follow = (comeback: Promise<void>) => {
    up = Promise.all([up, comeback]).then(() => undefined);
    // Its failure is thrown where it is waited for.
    up.catch(() => undefined);
  };
  service.start();
  follow(service.ready());
  // Where one blow follows another at once, the last one starts what they killed.
  const killService = async () => {
    const blow = ++blows.service;
    await service.kill();
    if (blow === blows.service) service.start();
    await service.ready();
  };
  const killDatabase = async (database: DatabaseProcess, awayMs: number) => {
    const blow = ++blows.database;
    await database.kill();
    await wait(awayMs);
    if (blow === blows.database) database.start();
    await database.ready();
    const backAt = performance.now();
    await service.ready();
    const tookMs = Math.round(performance.now() - backAt);
    blows.slowestReturnMs = Math.max(blows.slowestReturnMs, tookMs);
  };
  return {
    service,
    blows,
    up: () => up,
    strike(victims, random) {
      const victim = victims === 'both' ? oneOf(random, ['service', 'database']) : victims;
      if (victim === 'service') return follow(killService());
      if (!database) throw new Error('the campaign has no database of its own to kill');
      const awayMs = random() < LONG_AWAY ? random() * AWAY_MAX_MS : 0;
      follow(killDatabase(database, awayMs));
    },
  };
}

/** Mostly in the middle of the talk, sometimes while it starts. */
export async function untilBlow(random: Random, { up }: Stage): Promise<void> {
  if (random() < 0.1) return wait(200 + random() * 1500).then(() => undefined);
  await up();
  await wait(20 + random() * 700);
}
