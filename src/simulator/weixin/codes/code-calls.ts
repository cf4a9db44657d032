import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { findCode } from '../../account/codes.ts';
import { secondsOf } from '../../line/push.ts';
import type { Platform } from '../../platform.ts';
import { fileAnswer, type PlainAnswer } from '../answers.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { get, open, post, type WeixinCalls } from '../weixin-call.ts';
import { codePicture } from './code-picture.ts';
import { SHORT_KEY_CALLS } from './short-keys.ts';

/** QR codes with a source (reference 5.8). */
export const CODE_CALLS: WeixinCalls = {
  'cgi-bin/qrcode/create': post(createCode),
  'cgi-bin/showqrcode': open(get(showCode)),
  ...SHORT_KEY_CALLS,
};

const SECONDS_MAX = 2_592_000;
const SECONDS_USUAL = 60;
const PERMANENT_MAX = 100_000;
const KEPT = 2000;

const id = z.int();
const Wanted = z.object({ action_name: z.string(), expire_seconds: z.number().optional() });

/** What each kind holds (the platform's limits), and how long it lives. */
const KINDS = {
  QR_SCENE: { scene_id: id.min(-(2 ** 31)).max(2 ** 32 - 1) },
  QR_STR_SCENE: { scene_str: z.string().min(1).max(64) },
  QR_LIMIT_SCENE: { scene_id: id.min(1).max(PERMANENT_MAX) },
  QR_LIMIT_STR_SCENE: { scene_str: z.string().min(1).max(64) },
} as const;

function createCode({ world }: Platform, { body, base }: Asked): object {
  const { action_name: kind, expire_seconds: asked = SECONDS_USUAL } = read(Wanted, body);
  if (!isKind(kind)) throw new ApiProblem(40052, 'invalid action name');
  const isPermanent = kind.startsWith('QR_LIMIT');
  const { scene, isNumber } = sceneIn(kind, body);
  const { state, clock } = world;
  const seconds = Math.min(asked, SECONDS_MAX);
  if (!(seconds >= 1)) throw new ApiProblem(40097, 'invalid expire_seconds');
  const until = isPermanent ? null : secondsOf(clock.now()) + Math.floor(seconds);
  // A permanent code of the same kind for the same scene is the same code.
  const same = state.codes.find(
    (one) => isPermanent && !one.until && one.scene === scene && one.isNumber === isNumber,
  );
  const ticket = same?.ticket ?? `gQ${randomBytes(64).toString('base64url')}==`;
  if (!same) state.codes = [...state.codes.slice(1 - KEPT), { ticket, scene, isNumber, until }];
  const life = isPermanent ? {} : { expire_seconds: Math.floor(seconds) };
  return { ticket, ...life, url: `${base}cgi-bin/showqrcode?ticket=${encodeURIComponent(ticket)}` };
}

function isKind(name: string): name is keyof typeof KINDS {
  return Object.hasOwn(KINDS, name);
}

/** @throws ApiProblem 40053 */
function sceneIn(kind: keyof typeof KINDS, body: unknown) {
  const shape = z.object({ action_info: z.object({ scene: z.object(KINDS[kind]) }) });
  const found = shape.safeParse(body);
  if (!found.success) throw new ApiProblem(40053, 'invalid action info');
  const { scene } = found.data.action_info;
  const isNumber = 'scene_id' in scene;
  const held = isNumber ? scene.scene_id : scene.scene_str;
  if (held === 0) throw new ApiProblem(40053, 'invalid action info');
  return { scene: String(held), isNumber };
}

/** The picture of a code, or 404. */
function showCode({ world }: Platform, { query }: Asked): PlainAnswer {
  const code = findCode(world, query.ticket ?? '');
  if (!code)
    return { status: 404, headers: { 'content-type': 'text/plain' }, bytes: Buffer.from('') };
  return fileAnswer(codePicture(code), 'image/svg+xml');
}
