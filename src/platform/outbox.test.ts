import { Schema } from 'mongoose';
import { beforeEach, describe, expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { useDatabase } from '../../tests/support/database.ts';
import { defineModel } from './mongo.ts';
import { type Aggregate, outboxField, outboxItem, relayDue } from './outbox.ts';

interface Parcel extends Aggregate<{ type: 'parcel.sent'; parcelId: string }> {
  readonly status: string;
}

const ParcelModel = defineModel<Parcel>(
  'parcels',
  new Schema<Parcel>({
    _id: { type: String, required: true },
    status: { type: String, required: true },
    outbox: outboxField,
  }),
);

describe('the relay of an outbox', () => {
  useDatabase();
  const morning = at('2026-01-31T08:00:00+08:00');
  const collection = () => ParcelModel.collection as never;

  beforeEach(async () => {
    await ParcelModel.deleteMany({});
    const item = outboxItem(morning, { type: 'parcel.sent', parcelId: 'p1' } as const);
    await ParcelModel.create({ _id: 'p1', status: 'sent', outbox: [item] });
  });

  test('hands an event over and forgets it once it has been received', async () => {
    const seen: unknown[] = [];
    const receive = async (_: unknown, event: unknown) => seen.push(event);
    await relayDue(morning, { collection: collection(), receive });
    await relayDue(morning, { collection: collection(), receive });
    expect(seen).toEqual([{ type: 'parcel.sent', parcelId: 'p1' }]);
    expect((await ParcelModel.findById('p1').lean())?.outbox).toEqual([]);
  });

  test('keeps what failed, waits longer each time, and tries again', async () => {
    let failing = true;
    let calls = 0;
    const receive = async () => {
      calls += 1;
      if (failing) throw new Error('the other side is away');
    };
    const relay = { collection: collection(), receive };
    await relayDue(morning, relay);
    await relayDue(morning, relay);
    expect(calls).toBe(1);
    await relayDue(at('2026-01-31T08:00:05+08:00'), relay);
    expect(calls).toBe(2);
    const put = (await ParcelModel.findById('p1').lean())?.outbox[0];
    expect(put).toMatchObject({ failures: 2, dueAt: new Date('2026-01-31T08:00:20+08:00') });
    failing = false;
    await relayDue(at('2026-01-31T08:00:20+08:00'), relay);
    expect((await ParcelModel.findById('p1').lean())?.outbox).toEqual([]);
  });

  test('an event that came while another was handed over is not lost', async () => {
    const receive = async () => {
      const $push = { outbox: outboxItem(morning, { type: 'parcel.sent', parcelId: 'p1' }) };
      await ParcelModel.updateOne({ _id: 'p1' }, { $push });
    };
    await relayDue(morning, { collection: collection(), receive });
    expect((await ParcelModel.findById('p1').lean())?.outbox).toHaveLength(1);
  });
});
