import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

/** A file that is uploaded as a stream. */
export interface MediaFile {
  /** Its ending says the format: `mug.jpg`. */
  readonly name: string;
  /** As announced to the platform before the first byte is read. */
  readonly sizeBytes: number;
  /** All of its bytes from the beginning: called again when the platform refused the token. */
  open(): AsyncIterable<Uint8Array>;
}

/** A file on disk, read while it is sent. @throws the system's error when it is not there */
export async function mediaFileAt(path: string): Promise<MediaFile> {
  const { size } = await stat(path);
  async function* open() {
    yield* createReadStream(path);
  }
  return { name: basename(path), sizeBytes: size, open };
}
