/**
 * A server that speaks MongoDB's protocol and keeps its documents in memory: every command is
 * answered after as many milliseconds as its argument says, at once for 0, whatever else is under
 * way. It does what the ledger and its floors ask for, transactions in their order but without
 * isolation or a way back: each of their commands costs its time, which is all that is measured.
 */
import {
  type Document,
  type Documents,
  find,
  insert,
  noDocuments,
  type Query,
  type Update,
  update,
} from './stand-in-documents.ts';
import { bodyOf, type Command, cursorBody } from './stand-in-messages.ts';
import { standIn } from './stand-in-server.ts';

const DUPLICATE_KEY = 11_000;
const DONE = { ok: 1 };
/** What has no effect here but its round trip. */
const ACCEPTED = new Set([
  ...['create', 'createIndexes', 'dropDatabase', 'endSessions'],
  ...['commitTransaction', 'abortTransaction'],
]);

const COMMANDS = new Map<string, (command: Command) => Uint8Array>([
  ['find', found],
  ['insert', inserted],
  ['update', updated],
  ['aggregate', aggregate],
]);

const collections = new Map<string, Documents>();
standIn({ delayMs: Number(process.argv[2] ?? 0), greeting: ofReplicaSet, answer: answerTo });

function answerTo(command: Command): Uint8Array {
  const [name = ''] = Object.keys(command);
  if (ACCEPTED.has(name)) return bodyOf(DONE);
  const answer = COMMANDS.get(name);
  if (answer) return answer(command);
  const errmsg = `the stand-in does not know ${name}`;
  return bodyOf({ ok: 0, code: 59, codeName: 'CommandNotFound', errmsg });
}

function found(command: Command): Uint8Array {
  const name = String(command.find);
  return cursorBody(`bench.${name}`, find(documentsOf(command, name), command as unknown as Query));
}

function inserted(command: Command): Uint8Array {
  const documents = documentsOf(command, String(command.insert));
  const list = command.documents as readonly Document[];
  const writeErrors = list.flatMap((document, index) => {
    if (insert(documents, document)) return [];
    return [{ index, code: DUPLICATE_KEY, errmsg: `E11000 duplicate key ${document._id}` }];
  });
  const n = list.length - writeErrors.length;
  return bodyOf({ ...DONE, n, ...(writeErrors.length > 0 ? { writeErrors } : {}) });
}

function updated(command: Command): Uint8Array {
  const documents = documentsOf(command, String(command.update));
  const list = command.updates as readonly Update[];
  const n = list.filter((change) => update(documents, change)).length;
  return bodyOf({ ...DONE, n, nModified: n });
}

/** One group, as a sum over a member's transactions would be; nothing here adds them up. */
function aggregate(): Uint8Array {
  return cursorBody('bench.sum', [bodyOf({ _id: null, balance: 1_000_000, notes: 100 })]);
}

function documentsOf({ $db }: Command, name: string): Documents {
  const place = `${$db}.${name}`;
  const known = collections.get(place) ?? noDocuments();
  collections.set(place, known);
  return known;
}

/** The first of a replica set of one, so that the driver offers sessions and transactions. */
function ofReplicaSet(port: number): object {
  const me = `127.0.0.1:${port}`;
  return { setName: 'stand-in', setVersion: 1, hosts: [me], me, primary: me };
}
