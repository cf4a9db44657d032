import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../world/world.ts';
import type { Media } from './belongings.ts';

/** The bytes of what the service has uploaded, in a folder beside the world's file. */
export interface MediaFiles {
  put(media: Media, bytes: Buffer): Promise<void>;
  /** Null when the file is gone. */
  get(id: string): Promise<Buffer | null>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

/** So that a pretend account never fills a disk. */
const KEPT = 300;
const KEPT_BYTES = 256 * 1024 * 1024;

/** Keeps files in `folder`; the oldest make room when there are too many. */
export function keepMediaFiles(world: World, folder: string): MediaFiles {
  const fileOf = (id: string) => join(folder, id);

  async function makeRoom(): Promise<void> {
    const { state } = world;
    while (state.media.length > KEPT || total(state.media) > KEPT_BYTES) {
      const [oldest] = state.media.splice(0, 1);
      if (!oldest) return;
      await rm(fileOf(oldest.id), { force: true });
    }
  }

  return {
    async put(media, bytes) {
      await mkdir(folder, { recursive: true });
      await writeFile(fileOf(media.id), bytes, { mode: 0o600 });
      world.state.media.push(media);
      await makeRoom();
    },
    get: (id) =>
      readFile(fileOf(id)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      }),
    async remove(id) {
      world.state.media = world.state.media.filter((media) => media.id !== id);
      await rm(fileOf(id), { force: true });
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

function total(media: readonly Media[]): number {
  return media.reduce((sum, { bytes }) => sum + bytes, 0);
}
