import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { database } from '../../src/platform/mongo.ts';
import { at } from './context.ts';
import { type CrowdPlatform, openCrowdPlatform } from './crowd-platform.ts';
import { useDatabase } from './database.ts';

/** An hour at which broadcasts go out. */
export const noon = at('2026-11-24T12:00:00+08:00');

/** So many minutes after it. */
export const later = (minutes: number) =>
  at(new Date(noon.now.getTime() + minutes * 60_000).toISOString());

const SENT = ['broadcasts', 'broadcast_batches', 'broadcast_rows', 'push_counts'];
const CROWD = ['members', 'subscriptions'];

/**
 * A database for broadcasts, and the platform that they go to, which takes everything unless a test says
 * otherwise. Nothing of one test is left for the next; the crowd only where it `stays`.
 */
export function useBroadcasts({ stays = false } = {}): () => CrowdPlatform {
  useDatabase();
  let opened: CrowdPlatform | null = null;
  const platform = () => {
    if (!opened) throw new Error('the platform is not open yet');
    return opened;
  };
  beforeAll(async () => {
    opened = await openCrowdPlatform();
  });
  afterAll(() => platform().close());
  beforeEach(() => {
    const { shown, asked } = platform();
    shown.clear();
    asked.length = 0;
    platform().does = () => 'takes';
    platform().took = async () => {};
    platform().forgetIds();
  });
  afterEach(async () => {
    for (const name of stays ? SENT : [...SENT, ...CROWD]) {
      await database().collection(name).deleteMany({});
    }
  });
  return platform;
}
