import { post, type WeixinCalls } from '../weixin-call.ts';
import { DESK_CALLS } from './desk.ts';
import { sendCustomerMessage } from './send-customer-message.ts';
import { typeTo } from './type-to.ts';

/** Talking with followers while their windows are open (reference 5.5). */
export const CUSTOMER_CALLS: WeixinCalls = {
  'cgi-bin/message/custom/send': post(sendCustomerMessage, 500_000),
  'cgi-bin/message/custom/typing': post(typeTo, 500_000),
  ...DESK_CALLS,
};
