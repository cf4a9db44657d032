import { assert } from '../../kernel/assert.ts';
import type { Context } from '../../kernel/context.ts';
import { type ArrivalCode, ArrivalCodeModel } from './arrival-code.model.ts';
import { sourceInvalid } from './errors.ts';
import { MemberModel } from './member.model.ts';

const SOURCE = /^[a-z0-9][a-z0-9:_-]{0,63}$/;
const NAME_CHARS_MAX = 60;
const SOURCES_MAX = 1000;

/** Which code is wanted. A source is public with every picture of its code: no personal data. */
export interface CodeRequest {
  /** `store:binjiang`: 1 to 64 small letters, digits, `:`, `_`, `-`. */
  readonly source: string;
  readonly kind: ArrivalCode['kind'];
  /** 1 to 60 characters; null for the name it has, if it has one. */
  readonly name: string | null;
}

/** What the platform made. */
export interface MadeCode extends CodeRequest {
  readonly ticket: string;
  readonly url: string;
  readonly expiresAt: Date | null;
}

/** How many came by one source. */
export interface SourceCount {
  readonly source: string;
  /** Null for a source whose code was not made here. */
  readonly code: ArrivalCode | null;
  readonly members: number;
  /** How many of them are here still. */
  readonly following: number;
}

/**
 * The code of a source that can still be scanned and is what was asked for, under the name that was
 * asked for: a permanent code is good for either kind, a temporary one for no permanent one. Null
 * when one has to be made.
 * @throws SOURCE_INVALID
 */
export async function findCode(ctx: Context, wanted: CodeRequest): Promise<ArrivalCode | null> {
  requireValid(wanted);
  const { source: _id, kind, name } = wanted;
  const kinds: ArrivalCode['kind'][] = kind === 'permanent' ? [kind] : ['temporary', 'permanent'];
  // Null is never over.
  const alive = { _id, kind: { $in: kinds }, expiresAt: { $not: { $lte: ctx.now } } };
  if (name === null) return ArrivalCodeModel.findOne(alive).lean<ArrivalCode>();
  return ArrivalCodeModel.findOneAndUpdate(
    alive,
    { $set: { name } },
    { returnDocument: 'after' },
  ).lean<ArrivalCode>();
}

/** Remembers a code that was made, in the place of the one before it. @throws SOURCE_INVALID */
export async function keepCode(ctx: Context, made: MadeCode): Promise<ArrivalCode> {
  requireValid(made);
  const { source: _id, name, ...rest } = made;
  const code = await ArrivalCodeModel.findOneAndUpdate(
    { _id },
    { $set: { ...rest, ...(name === null ? {} : { name }), createdAt: ctx.now } },
    { upsert: true, returnDocument: 'after', setDefaultsOnInsert: true },
  ).lean<ArrivalCode>();
  assert(code, 'what is written anew is there');
  return code;
}

function requireValid({ source, name }: CodeRequest): void {
  if (!SOURCE.test(source)) throw sourceInvalid('source');
  const length = name === null ? 1 : [...name].length;
  if (length < 1 || length > NAME_CHARS_MAX) throw sourceInvalid('name');
}

/** What the code with this scene is called; null when it has no name, or was not made here. */
export async function codeNameOf(_ctx: Context, scene: string): Promise<string | null> {
  const code = await ArrivalCodeModel.findById(scene).select({ name: 1 }).lean<ArrivalCode>();
  return code?.name ?? null;
}

/**
 * The first thousand sources by the members who came by them, and the codes that nobody came by yet.
 * A member counts for the code of the first scan.
 */
export async function listSources(_ctx: Context): Promise<readonly SourceCount[]> {
  const [counts, codes] = await Promise.all([
    countsBySource(),
    ArrivalCodeModel.find().sort({ _id: 1 }).limit(SOURCES_MAX).lean<ArrivalCode[]>(),
  ]);
  const codeOf = new Map(codes.map((code) => [code._id, code]));
  const used = counts.map((count) => ({ ...count, code: codeOf.get(count.source) ?? null }));
  const known = new Set(counts.map(({ source }) => source));
  const unused = codes
    .filter(({ _id }) => !known.has(_id))
    .map((code) => ({ source: code._id, code, members: 0, following: 0 }));
  return [...used, ...unused];
}

function countsBySource(): Promise<Omit<SourceCount, 'code'>[]> {
  return MemberModel.aggregate([
    // The filter of the index: members without a source are not read.
    { $match: { source: { $gt: '' } } },
    {
      $group: {
        _id: '$source',
        members: { $sum: 1 },
        following: { $sum: { $cond: [{ $eq: ['$status', 'following'] }, 1, 0] } },
      },
    },
    { $sort: { members: -1, _id: 1 } },
    { $limit: SOURCES_MAX },
    { $project: { _id: 0, source: '$_id', members: 1, following: 1 } },
  ]);
}
