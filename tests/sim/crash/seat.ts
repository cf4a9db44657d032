import { setTimeout as wait } from 'node:timers/promises';
import { oneOf, type Random } from '../../../src/cli/seed/random.ts';
import type { Account } from '../../../src/simulator/line/account.ts';
import { type Push, secondsOf } from '../../../src/simulator/line/push.ts';
import { type Delivered, deliverOnce, wallClock } from '../../support/line.ts';
import { type Act, lifeOf } from './follower.ts';
import type { Remembered, Witness } from './witness.ts';

const TRIES = 3;

export interface SeatParts {
  readonly origin: string;
  readonly account: Account;
  readonly partnerKey: string;
  readonly random: Random;
  readonly witness: Witness;
  /** Resolves when the service answers again. */
  readonly up: () => Promise<void>;
  readonly isOver: () => boolean;
  /** Rises with every message of the campaign. */
  readonly nextNumber: () => number;
}

type Fields = Push['fields'];

/** One follower after another sits here and talks until the campaign is over. */
export async function occupySeat(parts: SeatParts): Promise<void> {
  while (!parts.isOver()) {
    const openId = `o_crash_${parts.nextNumber()}`;
    const phone = { lastToken: null as string | null };
    for (const act of lifeOf(parts.random)) {
      if (parts.isOver()) return;
      await perform(parts, { openId, phone, act });
      await wait(parts.random() * 30);
    }
  }
}

interface Doing {
  readonly openId: string;
  readonly phone: { lastToken: string | null };
  readonly act: Act;
}

async function perform(parts: SeatParts, doing: Doing): Promise<void> {
  const { act, openId, phone } = doing;
  switch (act.type) {
    case 'buy':
      return buy(parts, openId, act.amountFen);
    case 'follow':
      return tell(parts, doing, event('subscribe'));
    case 'leave':
      return tell(parts, doing, event('unsubscribe'));
    case 'confirm':
      return tell(parts, doing, texts('确认', phone.lastToken));
    case 'say':
      return tell(parts, doing, texts(act.text, null));
  }
}

function texts(text: string, token: string | null): Fields {
  const tapped: Fields = token === null ? [] : [['bizmsgmenuid', token]];
  return [['MsgType', 'text'], ['Content', text], ...tapped];
}

function event(name: string): Fields {
  return [
    ['MsgType', 'event'],
    ['Event', name],
    ['EventKey', ''],
  ];
}

/** Delivers as the platform does, three times at most, and now and then though the answer came. */
async function tell(parts: SeatParts, { openId, phone }: Doing, fields: Fields): Promise<void> {
  const [[, type], [, said = '']] = fields as [Fields[number], Fields[number]];
  const msgId =
    type === 'text' ? String(9_100_000_000_000_000n + BigInt(parts.nextNumber())) : null;
  const push: Push = { openId, msgId, createTime: secondsOf(wallClock()), fields };
  const message: Remembered = { openId, msgId, text: String(said), answers: [], deliveries: 0 };
  parts.witness.messages.push(message);
  const often = parts.random() < 0.3;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const both = parts.random() < 0.1;
    const deliveries = await Promise.all([hand(parts, push), ...(both ? [hand(parts, push)] : [])]);
    message.deliveries += deliveries.length;
    for (const delivered of deliveries) note(parts, message, delivered);
    const isLost = deliveries.every(({ outcome }) => outcome !== 'answered');
    if (isLost) await parts.up();
    else if (!often) break;
  }
  const shown = message.answers.at(-1);
  phone.lastToken =
    /msgmenucontent=确认&(?:amp;)?msgmenuid=([^"]+)"/.exec(shown ?? '')?.[1] ?? phone.lastToken;
}

function hand({ origin, account, witness }: SeatParts, push: Push): Promise<Delivered> {
  witness.deliveries += 1;
  return deliverOnce(origin, account, push);
}

function note({ witness }: SeatParts, message: Remembered, delivered: Delivered): void {
  if (delivered.outcome === 'lost') witness.lost += 1;
  if (delivered.outcome === 'wrong') witness.find(`${message.text} was answered: ${delivered.why}`);
  if (delivered.outcome === 'answered' && delivered.text !== null)
    witness.hear(message, delivered.text);
}

/** Reports a sale until it is acknowledged, sometimes under another Idempotency-Key. */
async function buy(parts: SeatParts, openId: string, amountFen: number): Promise<void> {
  const { origin, partnerKey, witness, random } = parts;
  const purchaseId = `till-${parts.nextNumber()}`;
  const receipt = { openId, purchaseId, amountFen, entryIds: [] as string[] };
  const paidAt = wallClock().toISOString();
  let acknowledged = 0;
  const wanted = oneOf(random, [1, 1, 2]);
  while (acknowledged < wanted) {
    const answer = await fetch(`${origin}/api/v1/purchases`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${partnerKey}`,
        'idempotency-key': `${purchaseId}-${acknowledged}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ purchaseId, openId, amountFen, paidAt }),
      signal: AbortSignal.timeout(5000),
    }).catch(() => null);
    if (parts.isOver()) return;
    // Nobody has this name yet: their first message was never taken in.
    if (answer?.status === 404) return;
    if (answer?.status === 201) {
      const { entryId } = (await answer.json()) as { entryId: string };
      receipt.entryIds.push(entryId);
      acknowledged += 1;
    } else {
      await parts.up();
      await wait(100);
    }
  }
  witness.receipts.push(receipt);
}
