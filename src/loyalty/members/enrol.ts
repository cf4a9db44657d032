import { randomInt } from 'node:crypto';
import type { Context } from '../../kernel/context.ts';
import { newId } from '../../kernel/ids.ts';
import { keyedHash } from '../../platform/data-key.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import * as settings from '../settings/index.ts';
import { memberNumbersExhausted } from './errors.ts';
import { getMember, memberOfHash } from './find-member.ts';
import { lifted, type StoredMember } from './lift-member.ts';
import { type Member, MemberModel, SCHEMA_VERSION } from './member.model.ts';

const ATTEMPTS = 40;
const SCENE_MAX = 64;

/** A sign of life of a follower. */
export interface EnrolInput {
  readonly openId: string;
  /** When WeChat says it happened: decides what came first, in whatever order it arrives. */
  readonly at: Date;
  /** The scene of a code that was scanned. */
  readonly scene?: string | null;
  readonly by: 'subscribe' | 'message' | 'scan';
}

/** Who wrote, as a member. */
export interface Enrolment {
  readonly member: Member;
  /** What this message was to the membership. Its redelivery is told the same. */
  readonly occasion: 'new' | 'back' | 'known';
}

/**
 * Makes a follower a member, or recognises the member: on following, and on whatever a follower sends,
 * because only followers can write. Costs one indexed read and no write for a member who is there.
 * What happened before the member left brings nobody back.
 * @throws MEMBER_NUMBERS_EXHAUSTED
 */
export async function enrol(ctx: Context, input: EnrolInput): Promise<Enrolment> {
  const openIdHash = keyedHash(input.openId);
  const known = await memberOfHash(openIdHash);
  if (!known) return enrolNew(ctx, input, openIdHash);
  if (known.arrival.cause === ctx.cause) {
    return { member: known, occasion: known.arrival.occasion };
  }
  if (known.status === 'left') return comeBack(ctx, input, known);
  if (input.by === 'subscribe' && known.followedAt < input.at) {
    return followAgain(ctx, input, known);
  }
  return { member: known, occasion: 'known' };
}

async function enrolNew(
  ctx: Context,
  { openId, at, scene = null }: EnrolInput,
  openIdHash: string,
): Promise<Enrolment> {
  const { privacyVersion } = await settings.read(ctx, 'programme');
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const member: Member = {
      _id: newId('mem', ctx.now),
      schemaVersion: SCHEMA_VERSION,
      memberNo: `M${String(randomInt(1_000_000)).padStart(6, '0')}`,
      openId,
      openIdHash,
      status: 'following',
      source: scene?.slice(0, SCENE_MAX) ?? null,
      enrolledAt: ctx.now,
      followedAt: at,
      leftAt: null,
      arrival: { occasion: 'new', cause: ctx.cause },
      language: 'zh-CN',
      notices: 'on',
      noticesChosenAt: null,
      address: null,
      privacyNotice: { version: privacyVersion, shownAt: ctx.now },
    };
    if (await inserted(member)) return { member, occasion: 'new' };
    // Either the number is taken, or another message of the same follower was faster.
    const first = await memberOfHash(openIdHash);
    if (first) return { member: first, occasion: occasionFor(ctx, first) };
  }
  throw memberNumbersExhausted();
}

async function inserted(member: Member): Promise<boolean> {
  try {
    await MemberModel.create(member);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

async function comeBack(
  ctx: Context,
  { openId, at }: EnrolInput,
  { _id }: Member,
): Promise<Enrolment> {
  const arrival = { occasion: 'back', cause: ctx.cause } as const;
  const back = await MemberModel.findOneAndUpdate(
    { _id, status: 'left', leftAt: { $lte: at } },
    { $set: { status: 'following', openId, followedAt: at, leftAt: null, arrival } },
    { returnDocument: 'after' },
  ).lean<StoredMember>();
  if (back) return { member: lifted(back), occasion: 'back' };
  const member = await getMember(ctx, _id);
  return { member, occasion: occasionFor(ctx, member) };
}

/** A follow of one who follows: the unsubscribe in between was lost, or is still to come. */
async function followAgain(ctx: Context, { at }: EnrolInput, { _id }: Member): Promise<Enrolment> {
  await MemberModel.updateOne({ _id, followedAt: { $lt: at } }, { $set: { followedAt: at } });
  return { member: await getMember(ctx, _id), occasion: 'known' };
}

function occasionFor(ctx: Context, { arrival }: Member): Enrolment['occasion'] {
  return arrival.cause === ctx.cause ? arrival.occasion : 'known';
}
