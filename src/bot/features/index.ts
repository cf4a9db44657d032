import type { Feature } from '../feature.ts';
import type { Intent } from '../understand/index.ts';
import { addressFeature } from './address.feature.ts';
import { balanceFeature } from './balance.feature.ts';
import { cancelFeature } from './cancel.feature.ts';
import { checkinFeature } from './checkin.feature.ts';
import { expiringFeature } from './expiring.feature.ts';
import { helpFeature } from './help.feature.ts';
import { notifySettingsFeature } from './notify-settings.feature.ts';
import { ordersFeature } from './orders.feature.ts';
import { profileFeature } from './profile.feature.ts';
import { redeemFeature } from './redeem.feature.ts';
import { rulesFeature } from './rules.feature.ts';
import { statementFeature } from './statement.feature.ts';
import { tasksFeature } from './tasks.feature.ts';

/** What the bot can do, in the order of 帮助. */
const LISTED: readonly Feature[] = [
  checkinFeature,
  balanceFeature,
  statementFeature,
  tasksFeature,
  redeemFeature,
  ordersFeature,
  expiringFeature,
  rulesFeature,
  addressFeature,
  profileFeature,
  notifySettingsFeature,
  cancelFeature,
];

/** Every feature by its intent. An intent that is not here answers `feature.absent`. */
export const features: ReadonlyMap<Intent, Feature> = new Map(
  [...LISTED, helpFeature(LISTED)].map((feature) => [feature.intent, feature]),
);
