import { fromExtendedJson } from '../../platform/extended-json.ts';
import { database, duplicatesAmong } from '../../platform/mongo.ts';
import { type ReadChunk, readBackup } from './read-backup.ts';
import { isReadAgain, LEFT_OUT } from './sections.ts';

/** What every start writes by itself: a database with nothing else is empty. */
const STARTED_WITH = new Set(['rulesets', ...LEFT_OUT]);

/** A collection of this database that holds something; null when nothing does. */
export async function firstFilled(): Promise<string | null> {
  const listed = await database().listCollections({ type: 'collection' }).toArray();
  for (const { name } of listed) {
    if (STARTED_WITH.has(name) || name.startsWith('system.')) continue;
    const found = await database()
      .collection(name)
      .findOne({}, { projection: { _id: 1 } });
    if (found) return name;
  }
  return null;
}

/** Writes every document of a backup, as it was read, into an empty database. */
export async function writeDatabase(file: string, say: (line: string) => void): Promise<void> {
  for (const name of LEFT_OUT) await database().collection(name).deleteMany({});
  let current = '';
  for await (const chunk of readBackup(file)) {
    const { collection } = chunk.section;
    if (collection !== current) say(`… writing ${collection}`);
    current = collection;
    await writeChunk(chunk);
  }
}

async function writeChunk({ section, documents }: ReadChunk): Promise<void> {
  if (documents.length === 0) return;
  const { collection: name, again } = section;
  const collection = database().collection(name);
  const list = documents.map(fromExtendedJson);
  if (!again && !STARTED_WITH.has(name)) {
    await collection.insertMany(list, { ordered: false }).catch((error: unknown) => {
      // What only one may hold was read in the older one before that gave it up. Both come again.
      if (!isReadAgain(section)) throw error;
      duplicatesAmong(list.length, error);
    });
    return;
  }
  // What was read again is younger; what the start wrote gives way to what was in force.
  const writes = list.map((replacement) => ({
    replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true },
  }));
  // In order, as they came about: what is unique was given up before it was taken again.
  await collection.bulkWrite(writes, { ordered: true });
}
