import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Log } from '../../kernel/context.ts';

/** Keeps a file as the state is. */
export interface SavesFile {
  /** Resolves when the state of this moment is in the file. */
  save(): Promise<void>;
  /** Puts the state into the file a moment later, together with what changes until then. */
  saveSoon(): void;
}

/** How often the file is written at most, in milliseconds; a world that takes long to write, less often. */
const APART_MS = 200;
const PART_OF_TIME = 10;

interface FileParts {
  readonly file: string;
  readonly log: Log;
  readonly snapshot: () => object;
}

/** Writes one after another, into a second file that then takes the place of the first. */
export function savesFile({ file, log, snapshot }: FileParts): SavesFile {
  const temporary = `${file}.new`;
  let writing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let apartMs = APART_MS;

  async function write(): Promise<void> {
    waiting = null;
    const begun = performance.now();
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, JSON.stringify(snapshot()), { mode: 0o600 });
    await rename(temporary, file);
    apartMs = Math.max(APART_MS, PART_OF_TIME * (performance.now() - begun));
  }

  function save(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    waiting ??= writing.then(write, write);
    writing = waiting;
    return waiting;
  }

  return {
    save,
    saveSoon() {
      timer ??= setTimeout(() => {
        timer = null;
        save().catch((error: unknown) => log.error({ err: error }, 'simulator file not written'));
      }, apartMs);
    },
  };
}
