import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Edit } from './planted.ts';

const ROOT = new URL('../../', import.meta.url);

/** From now on the file of an edit is loaded with it. To be called before anything imports that file. */
export function plant(edit: Edit): void {
  register(import.meta.url, { data: edit });
}

let planted: { readonly url: string; readonly edit: Edit } | null = null;

/** Called by Node in the thread of its loader hooks, with what `plant` registered. */
export function initialize(edit: Edit): void {
  planted = { url: new URL(edit.file, ROOT).href, edit };
}

type NextLoad = (url: string, context: unknown) => Promise<unknown>;

/** Loader hook: one file has another text. @throws when the text to be replaced is not there once */
export async function load(url: string, context: unknown, nextLoad: NextLoad): Promise<unknown> {
  if (!planted || url.split('?', 1)[0] !== planted.url) return nextLoad(url, context);
  const text = edited(await readFile(fileURLToPath(planted.url), 'utf8'), planted.edit);
  const folder = await mkdtemp(join(tmpdir(), 'planted-'));
  try {
    // The loader behind this one takes the types away, but only from files. `.mts` is a module anywhere.
    const path = join(folder, 'planted.mts');
    await writeFile(path, text);
    return await nextLoad(pathToFileURL(path).href, context);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @throws when the text to be replaced is not there exactly once: then the error must be planted anew */
export function edited(text: string, { file, find, replace }: Edit): string {
  const parts = text.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(`${file} holds ${parts.length - 1} times: ${find}`);
}
