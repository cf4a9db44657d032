import { createHash, hash } from 'node:crypto';
import { z } from 'zod';

/**
 * The form of a backup: lines of JSON. A head, then chunks in the order of the head's sections, each a
 * line that describes it and one line per document (canonical Extended JSON), then the end.
 */
export const FORMAT = 'jifenwu-backup';
export const FORMAT_VERSION = 1;

const Section = z.object({ collection: z.string().min(1), again: z.literal(true).optional() });

export const Head = z.object({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  startedAt: z.iso.datetime(),
  /** Recognises the DATA_KEY with which addresses, codes and open ids were kept; tells nothing of it. */
  dataKeyMark: z.string(),
  sections: z.array(Section),
  /** Of the rest of the head. */
  sha256: z.string(),
});
export type Head = z.infer<typeof Head>;

export const Chunk = z.object({
  chunk: Section.extend({
    /** From 1 within its section. */
    n: z.int().min(1),
    documents: z.int().min(0),
    /** Of what this line says, and of the lines that follow, line ends included. */
    sha256: z.string(),
    /** Whether it is the last of its section. */
    last: z.boolean(),
  }),
});
export type Chunk = z.infer<typeof Chunk>['chunk'];

export const End = z.object({
  end: z.object({
    sections: z.array(Section.extend({ chunks: z.int(), documents: z.int() })),
    /** Of all lines before this one, line ends included. */
    sha256: z.string(),
  }),
});
export type End = z.infer<typeof End>['end'];

/** Only told apart by what they say: a file of another version is not a damaged one. */
export const AnyHead = z.object({ format: z.literal(FORMAT), version: z.number() });

/** What a head must carry as its `sha256`. */
export function sealOfHead({
  format,
  version,
  startedAt,
  dataKeyMark,
  sections,
}: Omit<Head, 'sha256'>) {
  return hash('sha256', JSON.stringify([format, version, startedAt, dataKeyMark, sections]), 'hex');
}

/** What a chunk must carry as its `sha256`. */
export function sealOfChunk(chunk: Omit<Chunk, 'sha256'>, body: string | Buffer): string {
  const { collection, again = false, n, documents, last } = chunk;
  const said = JSON.stringify([collection, again, n, documents, last]);
  return createHash('sha256').update(said).update(body).digest('hex');
}
