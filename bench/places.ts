/** Where a bench measures: the database that the run was given, or a stand-in that keeps a set time. */
import { mongo } from 'mongoose';
import { buildIndexes, connectMongo } from '../src/platform/mongo.ts';
import { benchDatabase } from './bench-database.ts';
import { startServer } from './server-process.ts';

export interface Place {
  readonly kind: 'local' | 'stand-in';
  /** As a row's name ends. */
  readonly name: string;
  readonly standalone: boolean;
  /** The same database for filling it: it waits as long as that takes, the service 4 s. */
  readonly filling: mongo.Db;
}

type Work = (place: Place) => Promise<void>;

/** Connects every model to a database of its own, with its indexes, and drops it afterwards. */
export async function onLocal(work: Work): Promise<void> {
  await connected(benchDatabase(), { kind: 'local', name: 'local database' }, work);
}

/** The same on a stand-in that answers each command after `delayMs`; 0 shows what the client costs. */
export async function onStandIn(delayMs: number, work: Work): Promise<void> {
  const server = await startServer('stand-in.js', { args: [String(delayMs)] });
  const uri = `mongodb://127.0.0.1:${server.port}/bench?directConnection=true`;
  const name = delayMs > 0 ? `${delayMs} ms per command` : 'answered at once';
  await connected(uri, { kind: 'stand-in', name }, work);
  await server.stop();
}

async function connected(uri: string, named: Pick<Place, 'kind' | 'name'>, work: Work) {
  const { standalone, close } = await connectMongo({ uri });
  const patient = await mongo.MongoClient.connect(uri, { ignoreUndefined: true });
  const filling = patient.db();
  await buildIndexes();
  await work({ ...named, standalone, filling });
  await filling.dropDatabase();
  await patient.close();
  await close();
}
