import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type Chunk,
  type End,
  type Head,
  sealOfChunk,
  sealOfHead,
} from '../../src/cli/backup/lines.ts';

/** The lines of a backup, without their ends. */
export function linesIn(file: string): string[] {
  return gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
}

/** Writes lines as they are, whatever they say. */
export function writeLines(file: string, lines: readonly string[]): void {
  writeFileSync(file, gzipSync(lines.map((line) => `${line}\n`).join('')));
}

/** A backup in parts: its head, and the documents of each section by its name (`members again`). */
export interface Parts {
  readonly head: Head;
  readonly documents: Map<string, Document[]>;
}

export type Document = { readonly _id: string } & Record<string, unknown>;

function keyOf({ collection, again }: Head['sections'][number]): string {
  return again ? `${collection} again` : collection;
}

export function partsOf(file: string): Parts {
  const [first = '', ...lines] = linesIn(file);
  const head = JSON.parse(first) as Head;
  const documents = new Map<string, Document[]>();
  let current: Document[] = [];
  for (const line of lines) {
    const value = JSON.parse(line) as { chunk?: Chunk; end?: End } & Document;
    if (value.end) break;
    if (!value.chunk) current.push(value);
    else {
      const key = keyOf(value.chunk);
      current = documents.get(key) ?? [];
      documents.set(key, current);
    }
  }
  return { head, documents };
}

/** Writes a backup whose checksums are right, one chunk a section. */
export function writeParts(file: string, { head, documents }: Parts): void {
  const all = createHash('sha256');
  const lines: string[] = [];
  const add = (value: object | string): void => {
    const line = typeof value === 'string' ? value : JSON.stringify(value);
    all.update(`${line}\n`);
    lines.push(line);
  };
  add({ ...head, sha256: sealOfHead(head) });
  const sections = head.sections.map((section) => {
    const body = (documents.get(keyOf(section)) ?? []).map((item) => JSON.stringify(item));
    const said = { ...section, n: 1, last: true, documents: body.length };
    const sha256 = sealOfChunk(said, body.map((line) => `${line}\n`).join(''));
    add({ chunk: { ...said, sha256 } });
    for (const line of body) add(line);
    return { ...section, chunks: 1, documents: body.length };
  });
  lines.push(JSON.stringify({ end: { sections, sha256: all.digest('hex') } }));
  writeLines(file, lines);
}
