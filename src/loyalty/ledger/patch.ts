import type { Account } from './account.model.ts';

interface Push {
  readonly $each: readonly unknown[];
  /** Keeps the last so many: what was forgotten at the front goes by the same push. */
  readonly $slice: number;
}

/** One update of one account, as MongoDB takes it. */
export interface Patch {
  readonly $set: Record<string, unknown>;
  readonly $push?: Record<string, Push>;
}

const IN_PARTS = new Set<keyof Account>(['outbox', 'recentKeys', 'totals', 'facets']);

/** The one update that turns `from` into `to`; it carries the difference. */
export function patchOf(from: Account, to: Account): Patch {
  const $set: Record<string, unknown> = {};
  for (const name of Object.keys(to) as (keyof Account)[]) {
    if (!IN_PARTS.has(name) && to[name] !== from[name]) $set[name] = to[name];
  }
  setChanged($set, 'totals', { from: from.totals, to: to.totals });
  for (const [module, values] of Object.entries(to.facets)) {
    setChanged($set, `facets.${module}`, { from: from.facets[module] ?? {}, to: values });
  }
  if (to.outbox !== from.outbox && to.outbox.length === 0) $set.outbox = [];
  const $push = pushesOf(from, to);
  return Object.keys($push).length > 0 ? { $set, $push } : { $set };
}

function pushesOf(from: Account, to: Account): Record<string, Push> {
  const $push: Record<string, Push> = {};
  if (to.outbox !== from.outbox && to.outbox.length > 0) {
    $push.outbox = pushOf(from.outbox.at(-1)?.seq ?? from.seq, to.outbox);
  }
  if (to.recentKeys !== from.recentKeys) {
    $push.recentKeys = pushOf(from.recentKeys.at(-1)?.seq ?? 0, to.recentKeys);
  }
  return $push;
}

/** Fields of a part are set one by one: an update does not carry those that stay. */
function setChanged(
  $set: Record<string, unknown>,
  part: string,
  { from, to }: { readonly from: object; readonly to: object },
): void {
  if (from === to) return;
  const before = from as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(to)) {
    if (before[name] !== value) $set[`${part}.${name}`] = value;
  }
}

/** New items behind, old ones cut off in front. */
function pushOf(lastSeq: number, items: readonly { readonly seq: number }[]): Push {
  return { $each: items.filter(({ seq }) => seq > lastSeq), $slice: -items.length };
}
