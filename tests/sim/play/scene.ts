import type { MemberId, RewardId } from '../../../src/kernel/ids.ts';
import { type Account, newAccount } from '../../../src/loyalty/ledger/account.model.ts';
import type { Entry } from '../../../src/loyalty/ledger/entry.model.ts';
import type { AccountId } from '../../../src/loyalty/ledger/points.ts';
import { stockOf } from '../../../src/loyalty/mall/stock.ts';
import { Chance } from '../world/chance.ts';
import { accountKey, type StoreFlaws } from '../world/store.ts';
import { World } from '../world/world.ts';
import { Fleet } from './fleet.ts';
import { Notes } from './notes.ts';

export const REWARD: RewardId = 'rwd_sim';
export const PIECES = 6;

/** How one run is set up. */
export interface Setting {
  readonly clients: number;
  readonly acts: number;
  readonly members: number;
  /** How likely a fault is at each point. */
  readonly faults: number;
  readonly skewTicks: number;
  /** Many redemptions, and two couriers for each delivery. */
  readonly isEager: boolean;
}

/** Everything that plays in one run. */
export class Scene {
  readonly setting: Setting;
  readonly world: World;
  /** What the people do; the world throws dice of its own. */
  readonly chance: Chance;
  readonly fleet: Fleet;
  readonly notes = new Notes();
  readonly members: readonly MemberId[];
  readonly accountIds: readonly AccountId[];
  readonly sent: { readonly accountId: AccountId; readonly deliveryId: string }[] = [];

  constructor(seed: number, setting: Setting, flaws: StoreFlaws) {
    this.setting = setting;
    this.world = new World(seed, setting.faults);
    this.chance = new Chance(seed ^ 0x9e3779b9);
    this.fleet = new Fleet({ world: this.world, skewTicks: setting.skewTicks, flaws });
    this.members = Array.from({ length: setting.members }, (_, n): MemberId => `mem_f${n}`);
    this.accountIds = [...this.members, stockOf(REWARD)];
  }

  account(accountId: AccountId): Account {
    return this.world.committed<Account>(accountKey(accountId)) ?? newAccount(accountId);
  }

  entries(accountId: AccountId): readonly Entry[] {
    const entries = this.world.committedUnder<Entry>(`entry/${accountId}.`);
    return entries.toSorted((a, b) => a.seq - b.seq);
  }
}
