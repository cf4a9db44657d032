import * as settings from '../../loyalty/settings/index.ts';
import type { Reply } from '../../wechat/index.ts';
import { chosenName, chosenNumber } from '../choice.ts';
import { says } from '../conversation-words.ts';
import type { Dialog, Taken } from '../dialog.ts';
import { type Turn, tokenOf } from '../turn.ts';
import { normalise } from '../understand/index.ts';
import { offerFor } from './offer.ts';
import { askWithAddress, showQuote } from './quote.ts';
import { type Quoted, REDEEM, type RedeemStanding, type RedeemState } from './redeem-state.ts';
import { showList, showMore } from './reward-list.ts';
import { settle } from './settle-order.ts';

/** 兑换: list, choice, address when something is sent, confirmation, order. */
export const redeemDialog: Dialog<RedeemState> = {
  ...REDEEM,
  resumeLine: (turn) => turn.words('resume.redeem'),

  ask(turn, { step, state }) {
    const { quoted, shown } = state;
    if (step === 'paid' && quoted) return settle(turn, { quoted, shown });
    return quoted ? showQuote(turn, { rewardId: quoted.rewardId, shown }) : showList(turn);
  },

  take(turn, at) {
    const { quoted } = at.state;
    if (at.step === 'list' || !quoted) return takeChoice(turn, at);
    return at.step === 'address'
      ? takeAddress(turn, at, quoted)
      : takeConfirmation(turn, at, quoted);
  },

  async back(turn, { state }) {
    return state.quoted && state.shown ? showList(turn) : null;
  },

  dropped: ({ say }, { step, state }) => {
    if (step === 'paid') return say('cancel.none');
    return state.quoted ? say('cancel.ok', { name: state.quoted.name }) : say('cancel.left');
  },
};

async function takeChoice(turn: Turn, { state }: RedeemStanding): Promise<Taken> {
  const { shown } = state;
  if (says('more', turn.text)) return showMore(turn, shown);
  const number = chosenNumber(turn.text);
  if (number === null) return takeName(turn, state);
  const count = shown?.count ?? 0;
  const rewardId = shown?.rewardIds[number - 1];
  if (!rewardId || number > count) return turn.say('choice.range', { n: count });
  return showQuote(turn, { rewardId, shown });
}

/** A reward's own name, also of one that was not shown; a part of it unless that is a command. */
async function takeName(turn: Turn, { shown }: RedeemState): Promise<Taken> {
  const { rewards } = await offerFor(turn.ctx, turn);
  const names = rewards.map(({ name }) => normalise(name));
  const mayBePart = turn.understood.confidence < 1;
  const index = mayBePart ? chosenName(turn.text, names) : names.indexOf(turn.text);
  const rewardId = index === null ? undefined : rewards[index]?._id;
  return rewardId ? showQuote(turn, { rewardId, shown }) : null;
}

async function takeAddress(turn: Turn, at: RedeemStanding, quoted: Quoted): Promise<Taken> {
  const { shown } = at.state;
  if (says('ready', turn.text)) return askWithAddress(turn, { quoted, shown });
  if (turn.understood.intent === 'address') return linkToAddress(turn, 'redeem.address.missing');
  return takeOther(turn, at);
}

async function takeConfirmation(turn: Turn, at: RedeemStanding, quoted: Quoted): Promise<Taken> {
  const { shown } = at.state;
  const { bigSpend } = await settings.read(turn.ctx, 'confirm');
  const isBig = quoted.pricePoints > bigSpend;
  if (isBig && saysAmount(turn.text, quoted)) return settle(turn, { quoted, shown });
  if (says('confirm', turn.text)) {
    const token = tokenOf(turn);
    // A word tapped under another quote than this one.
    if (token !== null && token !== quoted.orderId) return null;
    if (isBig && at.step !== 'paid') return showQuote(turn, { rewardId: quoted.rewardId, shown });
    return settle(turn, { quoted, shown });
  }
  if (turn.understood.intent === 'address' && at.step === 'confirm') {
    turn.dialogs.goTo(REDEEM, { step: 'address', state: { shown, quoted } });
    return linkToAddress(turn, 'redeem.address.change');
  }
  return takeOther(turn, at);
}

/** Another number of the list that was shown before: another quote, and still nothing spent. */
async function takeOther(turn: Turn, { step, state }: RedeemStanding): Promise<Taken> {
  const number = chosenNumber(turn.text);
  if (number === null || step === 'paid') return null;
  const { shown, quoted } = state;
  const rewardId = shown && number <= shown.count ? shown.rewardIds[number - 1] : undefined;
  if (rewardId) return showQuote(turn, { rewardId, shown });
  return quoted ? showQuote(turn, { rewardId: quoted.rewardId, shown }) : null;
}

function linkToAddress(
  { ctx, member, links, say }: Turn,
  key: 'redeem.address.missing' | 'redeem.address.change',
): Reply {
  return say(key, { url: links.address(member._id, ctx.now) });
}

/** `兑换5200`, or only the amount; commas are gone by now. */
function saysAmount(text: string, { pricePoints }: Quoted): boolean {
  return /\d+$/.exec(text)?.[0] === String(pricePoints) && text.length <= 12;
}
