import type { Context } from '../../kernel/context.ts';
import { AREAS, type Area, type Settings } from './areas.ts';
import { SettingModel, type StoredArea } from './setting.model.ts';

const FRESH_MS = 5000;

/** One value per area, so it cannot grow. */
const cache = new Map<Area, { readonly readAt: number; readonly values: Settings[Area] }>();

/** The values of one area as they are in force; a change elsewhere is seen within five seconds. */
export async function read<A extends Area>(ctx: Context, area: A): Promise<Settings[A]> {
  const known = cache.get(area);
  if (known && Math.abs(ctx.now.getTime() - known.readAt) < FRESH_MS) {
    return known.values as Settings[A];
  }
  const stored = await SettingModel.findById(area).lean<StoredArea>();
  return remember(ctx, area, AREAS[area].parse(stored?.values ?? {}) as Settings[A]);
}

/** Puts what is known to be in force into this process's cache. */
export function remember<A extends Area>(ctx: Context, area: A, values: Settings[A]): Settings[A] {
  cache.set(area, { readAt: ctx.now.getTime(), values });
  return values;
}
