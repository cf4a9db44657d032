import type { Documents, LogRecord, Shard } from './shard.ts';

export interface Written<Result> {
  readonly result: Result;
  /** The last record that it needs a majority for; none when nothing was written. */
  readonly record?: LogRecord | undefined;
}
/** Where a command goes, and what the server does. */
export interface ServerWrite<Result> {
  readonly key: string;
  readonly act: (shard: Shard) => Written<Result>;
  /** What it does of a command that is interrupted. */
  readonly partly?: (shard: Shard) => void;
}
export interface ServerRead<Result> {
  readonly key: string;
  readonly view: (documents: Documents) => Result;
  readonly level?: Level;
}

type Level = 'local' | 'majority' | 'linearizable';
/** The same, of one shard. */
export interface ShardRead<Result> {
  readonly shard: Shard;
  readonly view: (documents: Documents) => Result;
  readonly level?: Level | undefined;
}
