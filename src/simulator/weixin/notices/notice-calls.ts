import { get, open, post, type WeixinCalls } from '../weixin-call.ts';
import { LIBRARY_CALLS } from './library-calls.ts';
import { sendOnce } from './once.ts';
import { askOnce } from './once-page.ts';
import { sendNotice } from './send-notice.ts';

/** Notices that a follower has agreed to (reference 5.4). */
export const NOTICE_CALLS: WeixinCalls = {
  ...LIBRARY_CALLS,
  'cgi-bin/message/subscribe/bizsend': post(sendNotice),
  'cgi-bin/message/template/subscribe': post(sendOnce),
  'mp/subscribemsg': open(get(askOnce)),
};
