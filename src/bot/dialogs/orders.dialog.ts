import type { OrderId } from '../../kernel/ids.ts';
import * as orders from '../../loyalty/orders/index.ts';
import type { Reply } from '../../wechat/index.ts';
import { chosenNumber } from '../choice.ts';
import { says } from '../conversation-words.ts';
import type { Dialog, Taken } from '../dialog.ts';
import type { DialogForm, Standing, Turn } from '../turn.ts';
import { orderDetail, orderRow } from './order-words.ts';

const ORDERS: DialogForm = { name: 'orders', version: 1 };
const ROWS = 3;

interface OrdersState {
  /** All that were shown; numbers are counted through all pages. */
  readonly shown: readonly OrderId[];
}

/** 订单: the list, and one order in detail. */
export const ordersDialog: Dialog<OrdersState> = {
  ...ORDERS,
  resumeLine: null,
  ask: (turn) => showOrders(turn),
  take,
  back: async () => null,
  dropped: ({ say }) => say('cancel.left'),
};

/** The newest three, and waits for a choice. */
export async function showOrders(turn: Turn): Promise<Reply> {
  const { page, isMore } = await pageAfter(turn, null);
  const [first] = page;
  if (!first) return turn.say('orders.none');
  const rows = rowsOf(turn, page, 0);
  waitForChoice(
    turn,
    page.map(({ _id }) => _id),
  );
  return turn.say(isMore ? 'orders.list.more' : 'orders.list', { count: page.length, rows });
}

async function take(turn: Turn, { state }: Standing<OrdersState>): Promise<Taken> {
  const { shown } = state;
  if (says('more', turn.text)) return showMore(turn, shown);
  const number = chosenNumber(turn.text);
  if (number === null) return null;
  const orderId = shown[number - 1];
  if (!orderId) return turn.say('choice.range', { n: shown.length });
  return orderDetail(turn, await orders.getOrder(turn.ctx, orderId));
}

async function showMore(turn: Turn, shown: readonly OrderId[]): Promise<Reply> {
  const lastId = shown.at(-1);
  const last = lastId ? await orders.getOrder(turn.ctx, lastId) : null;
  const { page } = await pageAfter(turn, last);
  if (page.length === 0) return turn.say('more.none');
  const rows = rowsOf(turn, page, shown.length);
  waitForChoice(turn, [...shown, ...page.map(({ _id }) => _id)]);
  return turn.say('orders.more', { rows });
}

async function pageAfter({ ctx, member }: Turn, before: orders.Order | null) {
  const limit = ROWS + 1;
  const found = await orders.listOrders(ctx, member._id, { limit, ...(before && { before }) });
  return { page: found.slice(0, ROWS), isMore: found.length > ROWS };
}

function rowsOf(turn: Turn, page: readonly orders.Order[], from: number): string {
  return page.map((order, index) => orderRow(turn, order, from + index + 1)).join('\n');
}

function waitForChoice({ dialogs }: Turn, shown: readonly OrderId[]): void {
  dialogs.goTo(ORDERS, { step: 'list', state: { shown } satisfies OrdersState });
}
