import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { secondsOf } from '../../line/push.ts';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { post, type WeixinCalls } from '../weixin-call.ts';

/** Short keys for long texts (reference 5.8). */
export const SHORT_KEY_CALLS: WeixinCalls = {
  'cgi-bin/shorten/gen': post(makeKey),
  'cgi-bin/shorten/fetch': post(fetchKey),
};

const BYTES_MAX = 4096;
const SECONDS_MAX = 2_592_000;
const KEPT = 1000;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const Made = z.object({ long_data: z.string(), expire_seconds: z.int().default(SECONDS_MAX) });
const Fetched = z.object({ short_key: z.string() });

function makeKey({ world: { state, clock } }: Platform, { body }: Asked): object {
  const { long_data: data, expire_seconds: seconds } = read(Made, body);
  if (data === '' || Buffer.byteLength(data) > BYTES_MAX) {
    throw new ApiProblem(9410010, 'invalid long_data');
  }
  if (seconds < 1 || seconds > SECONDS_MAX) throw new ApiProblem(9410011, 'invalid expire_seconds');
  const key = Array.from({ length: 15 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  const kept = { key, data, at: secondsOf(clock.now()), seconds };
  state.shortKeys = [...state.shortKeys.slice(1 - KEPT), kept];
  return { short_key: key };
}

function fetchKey({ world: { state, clock } }: Platform, { body }: Asked): object {
  const { short_key: key } = read(Fetched, body);
  const kept = state.shortKeys.find((one) => one.key === key);
  const isOver = kept && kept.at + kept.seconds <= secondsOf(clock.now());
  if (!kept || isOver) throw new ApiProblem(9410012, 'invalid short_key');
  return { long_data: kept.data, create_time: kept.at, expire_seconds: kept.seconds };
}
