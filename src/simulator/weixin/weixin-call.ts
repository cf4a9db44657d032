import type { Platform } from '../platform.ts';
import type { Asked } from './asked.ts';

/** One address of the pretend platform: what it answers, besides `errcode` and `errmsg`. */
export interface WeixinCall {
  readonly method: 'GET' | 'POST';
  /** Calls a day of a new account (reference 4.3). */
  readonly daily: number;
  /** Asks for no access token. */
  readonly open?: true;
  readonly answer: (platform: Platform, asked: Asked) => object | Promise<object>;
}

/** Addresses by their path, without the leading slash. */
export type WeixinCalls = Readonly<Record<string, WeixinCall>>;

/** Where no quota is documented. */
const USUAL = 100_000;

export function get(answer: WeixinCall['answer'], daily = USUAL): WeixinCall {
  return { method: 'GET', daily, answer };
}

export function post(answer: WeixinCall['answer'], daily = USUAL): WeixinCall {
  return { method: 'POST', daily, answer };
}

/** One that a browser opens, or that has its own credentials. */
export function open(call: WeixinCall): WeixinCall {
  return { ...call, open: true };
}
