import type { Platform } from '../../platform.ts';

/** The ids of what may be behind a button for good. */
export function materialsOf({ world }: Platform): ReadonlySet<string> {
  const permanent = world.state.media.filter(({ isPermanent }) => isPermanent);
  return new Set(permanent.map(({ id }) => id));
}
