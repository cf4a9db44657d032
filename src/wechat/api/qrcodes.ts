import { z } from 'zod';
import type { Caller } from './caller.ts';
import { isBetween, requireValid } from './require-valid.ts';

const LIFE_SECONDS_MAX = 2_592_000;
const TEMPORARY_SCENE_MAX = 4_294_967_295;
const PERMANENT_SCENE_MAX = 100_000;
const SCENE_CHARS_MAX = 64;
const LONG_BYTES_MAX = 4096;
const SHORT_KEY = /^[A-Za-z0-9]{1,64}$/;
const PAGES = new URL('https://mp.weixin.qq.com/');

/**
 * What a scan tells us: 1 to 64 characters, or a whole number from 1 (to 100,000 in a permanent
 * code). It is public: an opaque id, never personal data.
 */
export type Scene = string | number;

export interface QrCode {
  /** Shows the picture, by `imageAddress`. */
  readonly ticket: string;
  /** What the code says, for a picture of our own. */
  readonly url: string;
  /** Null for a permanent one. */
  readonly expiresInSeconds: number | null;
}

/** What a short key stands for. */
export interface LongData {
  readonly data: string;
  readonly createdAt: Date;
  readonly expiresInSeconds: number;
}

/** Scene QR codes and short keys (reference 5.8). @throws DomainError, WechatError, RemoteError */
export interface Qrcodes {
  /** A code of 1 s to 30 days. @throws DomainError SCENE_INVALID */
  createTemporary(scene: Scene, life: { readonly lifeSeconds: number }): Promise<QrCode>;
  /** One of the 100,000 that an account can have for ever. @throws DomainError SCENE_INVALID */
  createPermanent(scene: Scene): Promise<QrCode>;
  /** Where anybody sees the picture of a code; 404 when its ticket is not one. */
  imageAddress(ticket: string): string;
  /** A key of 15 letters and digits for up to 4 KB. @throws DomainError LONG_DATA_INVALID */
  shorten(data: string, life?: { readonly lifeSeconds: number }): Promise<string>;
  /** @throws WechatError 9410012 for a key that is unknown, over, or another account's */
  expand(shortKey: string): Promise<LongData>;
}

const created = z.object({
  ticket: z.string().min(1),
  url: z.string().min(1),
  expire_seconds: z.number().optional(),
});
const shortened = z.object({ short_key: z.string().min(1) });
const expanded = z.object({
  long_data: z.string(),
  create_time: z.number(),
  expire_seconds: z.number(),
});

/** Makes the calls for QR codes; `pages` is where the platform shows their pictures. */
export function qrcodes(caller: Caller, { pages = PAGES }: { readonly pages?: URL } = {}): Qrcodes {
  async function create(json: Record<string, unknown>): Promise<QrCode> {
    const call = { path: 'cgi-bin/qrcode/create', json, answer: created, repeatable: true };
    const { ticket, url, expire_seconds } = await caller.call(call);
    return { ticket, url, expiresInSeconds: expire_seconds ?? null };
  }

  return {
    async createTemporary(scene, { lifeSeconds }) {
      const action_name = typeof scene === 'string' ? 'QR_STR_SCENE' : 'QR_SCENE';
      const action_info = { scene: sceneJson(scene, TEMPORARY_SCENE_MAX) };
      requireLife(lifeSeconds, 'SCENE_INVALID');
      return create({ expire_seconds: lifeSeconds, action_name, action_info });
    },
    async createPermanent(scene) {
      const action_name = typeof scene === 'string' ? 'QR_LIMIT_STR_SCENE' : 'QR_LIMIT_SCENE';
      return create({
        action_name,
        action_info: { scene: sceneJson(scene, PERMANENT_SCENE_MAX) },
      });
    },
    imageAddress(ticket) {
      return new URL(`cgi-bin/showqrcode?ticket=${encodeURIComponent(ticket)}`, pages).href;
    },
    async shorten(data, { lifeSeconds } = { lifeSeconds: LIFE_SECONDS_MAX }) {
      const isWithin = isBetween(1, LONG_BYTES_MAX, Buffer.byteLength(data));
      requireValid(isWithin, 'LONG_DATA_INVALID', 'what is shortened has 1 to 4,096 bytes');
      requireLife(lifeSeconds, 'LONG_DATA_INVALID');
      const json = { long_data: data, expire_seconds: lifeSeconds };
      const path = 'cgi-bin/shorten/gen';
      return (await caller.call({ path, json, answer: shortened, repeatable: true })).short_key;
    },
    async expand(shortKey) {
      const isKey = SHORT_KEY.test(shortKey);
      requireValid(isKey, 'SHORT_KEY_INVALID', 'a short key has letters and digits only');
      const json = { short_key: shortKey };
      const path = 'cgi-bin/shorten/fetch';
      const given = await caller.call({ path, json, answer: expanded, repeatable: true });
      return {
        data: given.long_data,
        createdAt: new Date(given.create_time * 1000),
        expiresInSeconds: given.expire_seconds,
      };
    },
  };
}

function sceneJson(scene: Scene, max: number) {
  if (typeof scene === 'number') {
    requireValid(isBetween(1, max, scene), 'SCENE_INVALID', `a numeric scene is 1 to ${max}`);
    return { scene_id: scene };
  }
  const isWithin = isBetween(1, SCENE_CHARS_MAX, [...scene].length);
  requireValid(isWithin, 'SCENE_INVALID', 'a scene has 1 to 64 characters');
  return { scene_str: scene };
}

/** Always sent: without one the platform gives 60 s or less. */
function requireLife(lifeSeconds: number, code: string): void {
  const message = 'a life is 1 s to 30 days';
  requireValid(isBetween(1, LIFE_SECONDS_MAX, lifeSeconds), code, message);
}
