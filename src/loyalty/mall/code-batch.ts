import type { Context } from '../../kernel/context.ts';
import { newId, type RewardId } from '../../kernel/ids.ts';
import { encrypt } from '../../platform/data-key.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import type { CodeLine, CodeProblem } from './code-lines.ts';
import { batchBusy, batchReused } from './errors.ts';
import { type RewardCode, RewardCodeModel } from './reward-code.model.ts';

/** Small, so that each call ends long before the driver gives up on it. */
const SLICE = 100;

/** Codes that come in together. They are `loading` until all of them are there, then all become `free`. */
export interface Batch {
  readonly rewardId: RewardId;
  readonly batchId: string;
  readonly lines: readonly CodeLine[];
}

/** The lines whose code the reward has from another batch. */
export async function knownElsewhere({
  rewardId,
  batchId,
  lines,
}: Batch): Promise<readonly CodeProblem[]> {
  const known: CodeProblem[] = [];
  for (const slice of slicesOf(lines)) {
    const codeHash = { $in: slice.map((line) => line.codeHash) };
    const found = await RewardCodeModel.find({ rewardId, codeHash })
      .select({ _id: 0, codeHash: 1, batchId: 1 })
      .limit(SLICE)
      .lean<Pick<RewardCode, 'codeHash' | 'batchId'>[]>();
    const others = found.filter((code) => code.batchId !== batchId);
    const hashes = new Set(others.map((code) => code.codeHash));
    for (const { line, codeHash } of slice) {
      if (hashes.has(codeHash)) known.push({ line, problem: 'known' });
    }
  }
  return known;
}

/** What an earlier try of the same batch left: lines still to come, and codes that are not in the list. */
export interface EarlierTry {
  readonly missing: readonly CodeLine[];
  readonly unwanted: readonly StoredCode[];
}

/** @throws KEY_REUSED when the batch was complete with other codes */
export async function earlierTryOf(batch: Batch): Promise<EarlierTry> {
  const there = await storedOf(batch);
  const hashes = new Set(there.map(({ codeHash }) => codeHash));
  const missing = batch.lines.filter(({ codeHash }) => !hashes.has(codeHash));
  const wanted = new Set(batch.lines.map(({ codeHash }) => codeHash));
  const unwanted = there.filter(({ codeHash }) => !wanted.has(codeHash));
  const wasComplete = there.some(({ state }) => state !== 'loading');
  if (wasComplete && missing.length + unwanted.length > 0) throw batchReused(batch.batchId);
  return { missing, unwanted };
}

/**
 * Inserts what is missing of a batch. The lines it gives are those that another batch brought at the same
 * moment; the batch is there when it gives none.
 */
export async function loadBatch(
  ctx: Context,
  batch: Batch,
  { missing, unwanted }: EarlierTry,
): Promise<readonly CodeProblem[]> {
  await remove(unwanted);
  let isCrossed = false;
  for (const slice of slicesOf(missing)) {
    const all = await insertLoading(ctx, batch, slice);
    isCrossed ||= !all;
  }
  return isCrossed ? knownElsewhere(batch) : [];
}

/** Takes back what is not free yet, which nobody can have been given. */
export async function withdrawBatch(batch: Batch): Promise<void> {
  await remove(await storedOf(batch));
}

/** Lets the codes be issued. @throws BATCH_BUSY when not all of them are there */
export async function releaseBatch(batch: Batch): Promise<void> {
  const { rewardId, batchId, lines } = batch;
  const there = await storedOf(batch);
  const ids = there.filter(({ state }) => state === 'loading').map(({ _id }) => _id);
  for (const slice of slicesOf(ids.toSorted())) {
    const [from, to] = [slice[0], slice.at(-1)];
    if (!from || !to) continue;
    const loading = { rewardId, batchId, state: 'loading', _id: { $gte: from, $lte: to } } as const;
    await RewardCodeModel.updateMany(loading, { $set: { state: 'free' } });
  }
  const state = { $in: ['free', 'issued'] as const };
  const released = await RewardCodeModel.countDocuments({ rewardId, batchId, state });
  if (released !== lines.length) throw batchBusy(batchId);
}

type StoredCode = Pick<RewardCode, '_id' | 'codeHash' | 'state'>;

/** What is there of a batch. */
function storedOf({ rewardId, batchId }: Batch): Promise<readonly StoredCode[]> {
  return RewardCodeModel.find({ rewardId, batchId })
    .select({ codeHash: 1, state: 1 })
    .lean<StoredCode[]>()
    .exec();
}

async function remove(codes: readonly StoredCode[]): Promise<void> {
  for (const slice of slicesOf(codes)) {
    const _id = { $in: slice.map((code) => code._id) };
    await RewardCodeModel.deleteMany({ _id, state: 'loading' });
  }
}

/** Whether all of them were inserted; false when one was there already. */
async function insertLoading(
  { now }: Context,
  { rewardId, batchId }: Batch,
  lines: readonly CodeLine[],
): Promise<boolean> {
  const codes = lines.map(
    ({ code, codeHash }): RewardCode => ({
      _id: newId('cod', now),
      rewardId,
      batchId,
      code: encrypt(code),
      codeHash,
      state: 'loading',
    }),
  );
  try {
    await RewardCodeModel.insertMany(codes, { ordered: false });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function* slicesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += SLICE) yield items.slice(from, from + SLICE);
}
