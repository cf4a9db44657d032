import { mongo } from 'mongoose';
import { describe, expect, test } from 'vitest';
import { mongoStore } from './mongo-store.ts';
import { StoreError } from './store.ts';

const NOTHING = { cursor: { firstBatch: [] } };

/** A database that fails a few times and then answers that nothing is there. */
function failing(errors: readonly Error[]) {
  const left = [...errors];
  const asked = { times: 0 };
  const db = {
    collection: () => ({}),
    async command() {
      asked.times++;
      const error = left.shift();
      if (error) throw error;
      return NOTHING;
    },
  } as unknown as mongo.Db;
  return { asked, store: mongoStore(db, { standalone: true }) };
}

const lineLost = new mongo.MongoNetworkError('connection 4 closed');
const steppedDown = new mongo.MongoServerError({ message: 'not primary', code: 10_107 });
const nobody = new mongo.MongoServerSelectionError('nobody there', {} as never);
const ended = Object.assign(new Error('this socket has been ended'), { code: 'EPIPE' });

describe('reading an account', () => {
  test.each([
    ['a line that was lost', lineLost],
    ['a primary that stepped down', steppedDown],
  ])('is tried once more after %s', async (_, error) => {
    const { asked, store } = failing([error]);
    expect(await store.account('mem_1')).toBeNull();
    expect(asked.times).toBe(2);
  });

  test('is not tried a third time', async () => {
    const { asked, store } = failing([lineLost, lineLost]);
    await expect(store.account('mem_1')).rejects.toBeInstanceOf(StoreError);
    expect(asked.times).toBe(2);
  });

  test('asks nobody again when no server was found', async () => {
    const { asked, store } = failing([nobody]);
    await expect(store.account('mem_1')).rejects.toBeInstanceOf(StoreError);
    expect(asked.times).toBe(1);
  });

  test('has no known outcome when the server died while it was asked', async () => {
    const { store } = failing([ended]);
    await expect(store.account('mem_1')).rejects.toBeInstanceOf(StoreError);
  });

  test('leaves a mistake of our own what it is', async () => {
    const { store } = failing([new TypeError('no function')]);
    await expect(store.account('mem_1')).rejects.toBeInstanceOf(TypeError);
  });
});
