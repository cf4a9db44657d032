import type { SettingName } from './settings.ts';
import type { StoreFlaws } from './world/store.ts';

/** An error that the simulation must notice within 2,000 seeds: a store that is wrong, or a changed line. */
export interface Planted {
  readonly name: string;
  /** Nearly every seed shows it. */
  readonly isQuick?: true;
  /** The setting that makes it likely, where the mix of settings does not. */
  readonly setting?: SettingName;
  readonly flaws?: StoreFlaws;
  readonly edit?: Edit;
}

/** Replaces text that occurs once in one source file, when that file is loaded. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const LEDGER = 'src/loyalty/ledger';

export const PLANTED: readonly Planted[] = [
  { name: 'updates without the version', isQuick: true, flaws: { unguarded: true } },
  { name: 'local instead of majority reads', isQuick: true, flaws: { localReads: true } },
  { name: 'look-up not linearizable', flaws: { lookUpsMayBeOld: true } },
  {
    name: 'no look-up of old keys',
    isQuick: true,
    edit: {
      file: `${LEDGER}/keys.ts`,
      find: 'if (account.version === 0) return true;',
      replace: 'if (account.version >= 0) return true;',
    },
  },
  {
    name: 'keysCompleteSince not moved',
    isQuick: true,
    edit: {
      file: `${LEDGER}/keys.ts`,
      find: '? later(account.keysCompleteSince, forgotten.postedAt)',
      replace: '? account.keysCompleteSince',
    },
  },
  {
    name: 'a bulk forget that missed taken as done',
    edit: {
      file: `${LEDGER}/relay.ts`,
      find: 'queue.state = isAll ? written : null;',
      replace: 'queue.state = written;',
    },
  },
  {
    name: 'refusals not recorded',
    isQuick: true,
    edit: {
      file: `${LEDGER}/decide.ts`,
      find: 'const refusal = draftFor(settled, command, now);',
      replace: 'if (draft.refused) throw keyInvalid();\n  const refusal = draft;',
    },
  },
  {
    name: 'a delivery removed before it was carried',
    isQuick: true,
    edit: {
      file: `${LEDGER}/carry.ts`,
      find: 'const receipt = await courier.carry(ctx, delivery, accountId);',
      replace: `await enqueue(engine, accountId, { ctx, upkeep: 'close', deliveryId });
  const receipt = await courier.carry(ctx, delivery, accountId);`,
    },
  },
  {
    name: 'a receipt from an older state',
    isQuick: true,
    edit: {
      file: `${LEDGER}/carry.ts`,
      find: 'if (!account || account.seq < seq) throw',
      replace: 'if (!account) throw',
    },
  },
  {
    name: 'a receipt from two reads',
    setting: 'redemptions',
    edit: {
      file: `${LEDGER}/carry.ts`,
      find: 'const answer = await entryOf(engine, account, key);',
      replace: `const again = await engine.store.account(account._id);
  const answer = await entryOf(engine, again, key);`,
    },
  },
  {
    name: 'latest expiry first',
    isQuick: true,
    edit: {
      file: `${LEDGER}/draft.ts`,
      find: 'const split = takeLots(lots, points, may);',
      replace: `const backwards = takeLots(lots.toReversed(), points, may);
    const split = backwards && { ...backwards, rest: backwards.rest.toReversed() };`,
    },
  },
  {
    name: 'expiry that takes valid lots',
    isQuick: true,
    edit: {
      file: `${LEDGER}/settle-overdue.ts`,
      find: 'const { account, today } = draft;',
      replace: `const { account } = draft;
  const today = \`\${draft.today.slice(0, 7)}-99\`;`,
    },
  },
  {
    name: 'clocks ahead without limit',
    isQuick: true,
    setting: 'clocks',
    edit: {
      file: `${LEDGER}/decide.ts`,
      find: 'if (since - limits.clockToleranceMs > ctx.now.getTime()) {',
      replace: 'if (since < 0) {',
    },
  },
  {
    name: 'an unknown outcome told as success',
    isQuick: true,
    edit: {
      file: `${LEDGER}/post.ts`,
      find: 'if (!(error instanceof StoreError)) throw error;',
      replace: `if (!(error instanceof StoreError)) throw error;
      return { outcome: {}, entry: null, balance: 0, repeated: false };`,
    },
  },
  {
    name: 'relaying before the commit',
    isQuick: true,
    edit: {
      file: `${LEDGER}/queue.ts`,
      find: 'const version = base.version + 1;',
      replace: `const version = base.version + 1;
  const early = next.outbox.map((entry) => ({
    _id: \`\${base._id}.\${String(entry.seq).padStart(9, '0')}\`,
    accountId: base._id,
    ...entry,
  }));
  await engine.store.insertEntries(early);`,
    },
  },
  {
    name: 'forgetting before the insert',
    isQuick: true,
    edit: {
      file: `${LEDGER}/relay.ts`,
      find: 'const results = await engine.store.insertEntries(fresh);',
      replace: `for (const { _id, outbox } of accounts) {
    queueOf(engine, _id).relayedSeq = outbox.at(-1)?.seq ?? 0;
  }
  const results = await engine.store.insertEntries(fresh);`,
    },
  },
  {
    name: '"duplicate" taken as proof of commit (entries)',
    edit: {
      file: `${LEDGER}/relay.ts`,
      find: 'if (there.length > 0) await mustBeTheSame(engine, there);',
      replace: '',
    },
  },
  {
    name: '"duplicate" taken as proof of commit (orders)',
    setting: 'redemptions',
    edit: {
      file: 'tests/sim/play/redemption.ts',
      find: 'if (isInserted || (await orders.find(order._id))) return;',
      replace: 'if (isInserted || order) return;',
    },
  },
  {
    name: 'a key that names the attempt',
    isQuick: true,
    edit: {
      file: 'tests/sim/play/redemption.ts',
      find: 'accountId: stockOf(rewardId),\n        key: `order:',
      replace: `accountId: stockOf(rewardId),
        key: \`order:\${ctx.now.getTime()}:`,
    },
  },
  {
    name: 'an outbox item pulled before it was received',
    isQuick: true,
    edit: {
      file: 'src/platform/outbox.ts',
      find: 'const settle = await receive(ctx, item.event).then(',
      replace: `const early = { $pull: { outbox: { itemId: item.itemId } } };
      await collection.updateOne({ _id, 'outbox.itemId': item.itemId }, early);
      const settle = await receive(ctx, item.event).then(`,
    },
  },
  {
    name: 'a facet written by a second update',
    isQuick: true,
    edit: {
      file: `${LEDGER}/queue.ts`,
      find: `: await engine.store.compareAndSet({
          accountId: base._id,
          version: base.version,
          patch: patchOf(base, written),
        });`,
      replace: `: await engine.store.compareAndSet({
          accountId: base._id,
          version: base.version,
          patch: patchOf(base, { ...written, facets: base.facets }),
        });
  if (isWritten && base.version > 0 && written.facets !== base.facets) {
    await engine.store.compareAndSet({
      accountId: base._id,
      version,
      patch: patchOf({ ...written, facets: base.facets }, written),
    });
  }`,
    },
  },
  {
    name: 'a facet missing from the entry',
    isQuick: true,
    edit: {
      file: `${LEDGER}/seal-entry.ts`,
      find: '...(draft.facets && { facets: draft.facets }),',
      replace: '',
    },
  },
  {
    name: 'a hash that leaves out the moves',
    isQuick: true,
    edit: {
      file: `${LEDGER}/seal-entry.ts`,
      find: 'const hash = chainHash(account.chainHead, body);',
      replace: 'const hash = chainHash(account.chainHead, { ...body, moves: [] });',
    },
  },
  {
    name: 'a consumer that is not shown again',
    isQuick: true,
    edit: {
      file: `${LEDGER}/relay.ts`,
      find: 'await engine.store.markUnseen(consumer.name, ids);',
      replace: '',
    },
  },
  {
    name: 'a consumer that counts without a position',
    isQuick: true,
    edit: {
      file: 'tests/sim/play/consumers.ts',
      find: 'const missing = await store.entriesBetween(accountId, counts.seq + 1, seq);',
      replace: 'const missing = await store.entriesBetween(accountId, seq, seq);',
    },
  },
];

/** @throws when there is no such error */
export function plantedAs(name: string): Planted {
  const planted = PLANTED.find((it) => it.name === name);
  if (!planted) throw new Error(`no planted error is called "${name}"`);
  return planted;
}
