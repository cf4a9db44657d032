import { checkinMessages } from './areas/checkin.messages.ts';
import { dialogMessages } from './areas/dialog.messages.ts';
import { doctorMessages } from './areas/doctor.messages.ts';
import { errorMessages } from './areas/error.messages.ts';
import { noticeMessages } from './areas/notice.messages.ts';
import { orderMessages } from './areas/order.messages.ts';
import { pageMessages } from './areas/page.messages.ts';
import { pointsMessages } from './areas/points.messages.ts';
import { redeemMessages } from './areas/redeem.messages.ts';
import { simulatorMessages } from './areas/simulator.messages.ts';
import { taskMessages } from './areas/task.messages.ts';
import { welcomeMessages } from './areas/welcome.messages.ts';
import type { FactKind, FactTypes } from './facts.ts';

/** Every message, and the kinds of facts its wording may mention. */
export const MESSAGES = {
  ...welcomeMessages,
  ...checkinMessages,
  ...pointsMessages,
  ...taskMessages,
  ...redeemMessages,
  ...orderMessages,
  ...noticeMessages,
  ...dialogMessages,
  ...errorMessages,
  ...pageMessages,
  ...simulatorMessages,
  ...doctorMessages,
} as const satisfies Record<string, Readonly<Record<string, FactKind>>>;

/** The name of a message: `area.event[.variant]`. */
export type MessageKey = keyof typeof MESSAGES;

type Kinds<Key extends MessageKey> = (typeof MESSAGES)[Key];
type NameIn<OneOf> = OneOf extends unknown ? keyof OneOf : never;
type KindOf<OneOf, Name extends PropertyKey> = Extract<OneOf, Record<Name, FactKind>>[Name];

/** The facts a message needs. A key that may be one of several needs the facts of all of them. */
export type FactsOf<Key extends MessageKey> = {
  readonly [Name in NameIn<Kinds<Key>>]: FactTypes[KindOf<Kinds<Key>, Name>];
};

/** Says a message in one language. A message without facts is said by its key alone. */
export type Say<Said = string> = <Key extends MessageKey>(
  key: Key,
  ...facts: [NameIn<Kinds<Key>>] extends [never] ? [] : [FactsOf<Key>]
) => Said;
