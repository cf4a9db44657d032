import { randomBytes } from 'node:crypto';
import type { Media } from '../../account/belongings.ts';
import { secondsOf } from '../../line/push.ts';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';

const LIFE_SECONDS = 3 * 86_400;

/**
 * A file by its id, of one of these types. @throws ApiProblem 40007 for none, and for a temporary one
 * after three days
 */
export function findMedia({ world }: Platform, id: string, types: readonly Media['type'][]): Media {
  const media = world.state.media.find((one) => one.id === id && types.includes(one.type));
  const now = secondsOf(world.clock.now());
  const isOver = media && !media.isPermanent && media.at + LIFE_SECONDS <= now;
  if (!media || isOver) throw new ApiProblem(40007, 'invalid media_id');
  return media;
}

/** A permanent one. @throws ApiProblem 40007 */
export function findMaterial(platform: Platform, id: string): Media {
  const media = findMedia(platform, id, ['image', 'voice', 'video', 'thumb', 'news']);
  if (!media.isPermanent) throw new ApiProblem(40007, 'invalid media_id');
  return media;
}

/** The bytes of a file. @throws ApiProblem 40007 when they are gone */
export async function bytesOf({ media: files }: Platform, { id }: Media): Promise<Buffer> {
  const bytes = await files.get(id);
  if (!bytes) throw new ApiProblem(40007, 'invalid media_id');
  return bytes;
}

type NewMedia = Pick<Media, 'type' | 'name' | 'mime' | 'isPermanent'> &
  Partial<Pick<Media, 'title' | 'introduction'>>;

/** Keeps a file under an id of its own. */
export async function keepMedia(
  { world, media: files }: Platform,
  made: NewMedia,
  bytes: Buffer,
): Promise<Media> {
  const id = randomBytes(48).toString('base64url');
  const at = secondsOf(world.clock.now());
  const media = { title: '', introduction: '', ...made, id, at, bytes: bytes.length };
  await files.put(media, bytes);
  return media;
}
