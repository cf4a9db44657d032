import type { Context } from '../../kernel/context.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import { AREAS, type Area, type Settings } from './areas.ts';
import { settingInvalid, settingsBusy } from './errors.ts';
import { remember } from './read.ts';
import { SettingModel, type StoredArea } from './setting.model.ts';

const ATTEMPTS = 10;

/**
 * Changes some values of an area; the others stay as they are. A value that is itself a group is
 * replaced as a whole. Two changes at once both happen, one after the other.
 * @throws SETTING_INVALID, SETTINGS_BUSY
 */
export async function change<A extends Area>(
  ctx: Context,
  area: A,
  patch: Partial<Settings[A]>,
): Promise<Settings[A]> {
  const unknown = Object.keys(patch).find((name) => !(name in AREAS[area].shape));
  if (unknown !== undefined) throw settingInvalid(area, unknown);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await SettingModel.findById(area).lean<StoredArea>();
    const checked = AREAS[area].safeParse({ ...before?.values, ...patch });
    if (!checked.success) throw settingInvalid(area, checked.error.issues[0]?.path.join('.') ?? '');
    const values = checked.data as Settings[A];
    if (await written(ctx, area, { before, values })) return remember(ctx, area, values);
  }
  throw settingsBusy(area);
}

interface Change {
  readonly before: StoredArea | null;
  readonly values: Settings[Area];
}

async function written(ctx: Context, area: Area, { before, values }: Change): Promise<boolean> {
  const next = {
    values: { ...before?.values, ...values },
    changedAt: ctx.now,
    changedBy: ctx.actor,
  };
  if (!before) {
    return SettingModel.create({ _id: area, version: 1, ...next }).then(
      () => true,
      (error: unknown) => {
        if (isDuplicateKey(error)) return false;
        throw error;
      },
    );
  }
  const { version } = before;
  const { matchedCount } = await SettingModel.updateOne(
    { _id: area, version },
    { $set: { ...next, version: version + 1 } },
  );
  return matchedCount === 1;
}
