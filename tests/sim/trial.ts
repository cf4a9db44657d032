import { DomainError } from '../../src/kernel/errors.ts';
import type { Facts } from '../../src/kernel/facts.ts';
import { newAccount } from '../../src/loyalty/ledger/account.model.ts';
import { decideOn } from '../../src/loyalty/ledger/decide.ts';
import type { Posted } from '../../src/loyalty/ledger/post.ts';
import { StoreError } from '../../src/loyalty/ledger/store.ts';
import { piecesOf, stockOf } from '../../src/loyalty/mall/stock.ts';
import { finalAudit } from './audit/final-audit.ts';
import { type Act, nextAct } from './play/acts.ts';
import { withSmallBounds } from './play/bounds.ts';
import { comeToRest } from './play/come-to-rest.ts';
import { meanwhile } from './play/meanwhile.ts';
import { PIECES, REWARD, Scene, type Setting } from './play/scene.ts';
import { accountKey, type StoreFlaws } from './world/store.ts';
import type { Process, Tally } from './world/world.ts';

const TRIES = 6;

export interface TrialParts {
  readonly seed: number;
  readonly setting: Setting;
  readonly flaws?: StoreFlaws;
}

/**
 * One run: clients, repeats, transfers and redemptions under faults; then the faults stop, all comes to
 * rest, and every law is checked. The same parts give the same run. @throws what broke a law
 */
export function trial({ seed, setting, flaws = {} }: TrialParts): Promise<Tally> {
  return withSmallBounds(async () => {
    const scene = new Scene(seed, setting, flaws);
    const { world, fleet } = scene;
    stockUp(scene);
    try {
      await world.run(play(scene));
      finalAudit(scene);
      return world.tally;
    } finally {
      fleet.stop();
    }
  });
}

async function play(scene: Scene): Promise<void> {
  const clients = Array.from({ length: scene.setting.clients }, (_, n) => playClient(scene, n));
  await Promise.all(clients);
  await comeToRest(scene);
}

/** The pieces of the reward, there before anything begins. */
function stockUp({ world, fleet }: Scene): void {
  const accountId = stockOf(REWARD);
  const decision = decideOn(
    newAccount(accountId),
    {
      ctx: fleet.contextOf({ ...fleet.any(), skewMs: 0 }),
      key: 'restock:first',
      decide: (book) => {
        book.earn(piecesOf(PIECES));
        return {};
      },
    },
    new Map(),
  );
  if (decision.kind !== 'written') throw new Error('the shelf stays empty');
  const key = accountKey(accountId);
  const shard = world.shardOf(key);
  shard.put([key, { ...decision.account, version: 1 }]);
  shard.commitTo(shard.log.length);
}

async function playClient(scene: Scene, client: number): Promise<void> {
  const { chance, fleet, setting } = scene;
  for (let n = 0; n < setting.acts; n++) {
    const act = nextAct(scene, client * setting.acts + n);
    // A message may come twice at once, to whichever processes.
    const copies = chance.is(0.25) ? 2 : 1;
    const posted = await Promise.all(
      Array.from({ length: copies }, () => postPatiently(scene, act, fleet.any())),
    );
    await meanwhile(scene, act.memberId, posted.find((it) => it !== null) ?? null);
  }
}

/** As a person does: again, wherever, as long as nobody says what became of it. */
async function postPatiently(
  scene: Scene,
  act: Act,
  first: Process,
): Promise<Posted<Facts> | null> {
  const { fleet, notes, chance, world } = scene;
  let process = first;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    let key = '';
    try {
      const posted = await fleet.run(process, ({ ledger }, ctx) => {
        key = act.keyAt(ctx);
        return act.post(ledger, ctx);
      });
      notes.take(act.memberId, key, posted);
      return posted;
    } catch (error) {
      if (!(error instanceof StoreError)) return refused(error);
      process = fleet.any();
      if (chance.is(0.2)) await world.point(null);
    }
  }
  return null;
}

function refused(error: unknown): null {
  if (error instanceof DomainError) return null;
  throw error;
}
