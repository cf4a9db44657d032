/** MongoDB's wire protocol as far as the driver speaks it to the stand-in: OP_MSG, and the first hello. */
import { mongo } from 'mongoose';

const { deserialize, serialize } = mongo.BSON;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEAD_BYTES = 16;

/** What was asked; its first field is the name of the command. */
export type Command = Readonly<Record<string, unknown>>;

export interface Request {
  readonly id: number;
  readonly command: Command;
  /** The driver's very first question comes in the old form, and is answered in it. */
  readonly isOldForm: boolean;
}

/** Cuts the bytes of one connection into requests. */
export function requestReader(take: (request: Request) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    while (rest.length >= HEAD_BYTES && rest.length >= rest.readInt32LE(0)) {
      const size = rest.readInt32LE(0);
      take(requestOf(rest.subarray(0, size)));
      rest = rest.subarray(size);
    }
  };
}

/** The bytes of an answer, from a document that is encoded already. */
export function replyTo({ id, isOldForm }: Request, body: Uint8Array): Buffer {
  const head = Buffer.alloc(isOldForm ? HEAD_BYTES + 20 : HEAD_BYTES + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(id, 8);
  head.writeInt32LE(isOldForm ? OP_REPLY : OP_MSG, 12);
  if (isOldForm) head.writeInt32LE(1, HEAD_BYTES + 16);
  return Buffer.concat([head, body]);
}

/** `{ cursor: { id, ns, firstBatch }, ok: 1 }` around documents that are encoded already. */
export function cursorBody(ns: string, batch: readonly Uint8Array[]): Uint8Array {
  const items = batch.map((item, i) => element(3, String(i), item));
  const cursor = documentOf([
    element(18, 'id', Buffer.alloc(8)),
    element(2, 'ns', textOf(ns)),
    element(4, 'firstBatch', documentOf(items)),
  ]);
  return documentOf([element(3, 'cursor', cursor), element(1, 'ok', doubleOf(1))]);
}

export function bodyOf(answer: object): Uint8Array {
  return serialize(answer);
}

function requestOf(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const code = message.readInt32LE(12);
  if (code === OP_QUERY) return { id, command: { hello: 1 }, isOldForm: true };
  if (code !== OP_MSG) throw new Error(`the stand-in does not know messages of kind ${code}`);
  return { id, command: commandOf(message), isOldForm: false };
}

/** One document, and lists of documents that lie beside it. */
function commandOf(message: Buffer): Command {
  let command: Command = {};
  for (let at = HEAD_BYTES + 4; at < message.length; ) {
    const kind = message[at++];
    const size = message.readInt32LE(at);
    const section = message.subarray(at, at + size);
    command =
      kind === 0 ? { ...deserialize(section), ...command } : { ...command, ...list(section) };
    at += size;
  }
  return command;
}

function list(section: Buffer): Command {
  const end = section.indexOf(0, 4);
  const documents: unknown[] = [];
  for (let at = end + 1; at < section.length; at += section.readInt32LE(at)) {
    documents.push(deserialize(section.subarray(at, at + section.readInt32LE(at))));
  }
  return { [section.toString('utf8', 4, end)]: documents };
}

function element(type: number, name: string, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(type), Buffer.from(`${name}\0`), value]);
}

function documentOf(elements: readonly Uint8Array[]): Buffer {
  const size = Buffer.alloc(4);
  const bytes = Buffer.concat([size, ...elements, Buffer.of(0)]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}

function textOf(text: string): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32LE(Buffer.byteLength(text) + 1, 0);
  return Buffer.concat([size, Buffer.from(`${text}\0`)]);
}

function doubleOf(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value, 0);
  return bytes;
}
