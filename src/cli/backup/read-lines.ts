import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

const NEW_LINE = 0x0a;
/** A document of the database has 16 MiB at most; as text it may take several times as much. */
const LINE_BYTES_MAX = 128 * 1_048_576;
const OUTPUT_BYTES = 4096;

/**
 * The lines of a compressed file as bytes, each with its line end; the last one may have none.
 * @throws the error of the file or of its compression, behind the lines that are whole before it
 */
export async function* readLines(file: string): AsyncGenerator<Buffer> {
  // Small pieces: what was unpacked before the damage still comes out.
  const text = createGunzip({ chunkSize: OUTPUT_BYTES });
  // The error comes out of the loop below as well; here it only must not go astray.
  pipeline(createReadStream(file), text, () => undefined);
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const piece of text as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = piece.indexOf(NEW_LINE); at >= 0; at = piece.indexOf(NEW_LINE, from)) {
      yield Buffer.concat([...parts, piece.subarray(from, at + 1)]);
      [parts, bytes, from] = [[], 0, at + 1];
    }
    parts.push(piece.subarray(from));
    bytes += piece.length - from;
    if (bytes > LINE_BYTES_MAX) throw new Error('a line does not end');
  }
  if (bytes > 0) yield Buffer.concat(parts);
}
