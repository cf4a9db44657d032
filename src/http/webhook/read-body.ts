import type { IncomingMessage } from 'node:http';
import { EnvelopeError } from '../../wechat/index.ts';

/** A push may be so large; WeChat's own are a few kilobytes. */
const BODY_BYTES_MAX = 64 * 1024;

type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Reads the body of a push, of whatever type, byte for byte: a parser for Fastify. What is too large is
 * refused by what it says of itself, or as soon as it is.
 */
export function readBody(_request: unknown, payload: IncomingMessage, done: Done): void {
  if (Number(payload.headers['content-length']) > BODY_BYTES_MAX) {
    done(tooLarge());
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  let isOver = false;
  const end = (error: Error | null) => {
    if (isOver) return;
    isOver = true;
    // Nearly every push comes in one piece.
    done(error, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  };
  payload.on('data', (chunk: Buffer) => {
    if (isOver) return;
    chunks.push(chunk);
    size += chunk.length;
    if (size > BODY_BYTES_MAX) end(tooLarge());
  });
  payload.on('end', () => end(null));
  // The sender hung up: that is no failure of this service.
  payload.on('error', (error: Error) => end(Object.assign(error, { statusCode: 400 })));
}

function tooLarge(): EnvelopeError {
  return new EnvelopeError('BODY_TOO_LARGE');
}
