/**
 * What a caller does about an error of the API:
 * `retry` the same later, with a growing pause; `token` it was refreshed and still refused;
 * `wait` until the quota or the time is over, not before; `recipient` this follower cannot be
 * reached, skip them; `window` no customer message may be sent now; `value` what was sent is wrong
 * and stays wrong; `stop` sending this kind at once and tell a person; `operator` the account's
 * settings are wrong; `done` it had been sent already; `give-up` anything else.
 */
export type Advice =
  | 'retry'
  | 'token'
  | 'wait'
  | 'recipient'
  | 'window'
  | 'value'
  | 'stop'
  | 'operator'
  | 'done'
  | 'give-up';

/** "System busy", by its old and its newer codes. */
const BUSY: ReadonlySet<number> = new Set([-1, 268_487_001, 268_487_002, 268_488_001]);

/** The tables of the reference: 4.5, and the codes that its endpoints name. */
const ADVICE: Readonly<Record<Exclude<Advice, 'give-up'>, readonly number[]>> = {
  retry: [...BUSY, 42_010, 45_011, 45_066, 45_169, 45_171, 61_503],
  token: [40_001, 40_014, 42_001],
  wait: [43_100, 45_009, 45_028, 48_006, 89_503, 89_504, 89_505, 89_506, 89_507],
  recipient: [40_003, 43_004, 43_019, 43_101, 46_004, 48_002, 49_003, 50_002, 50_005, 70_000],
  window: [45_015, 45_047, 45_080, 45_081],
  value: [
    40_007, 40_016, 40_017, 40_018, 40_019, 40_020, 40_021, 40_022, 40_023, 40_024, 40_025, 40_026,
    40_027, 40_029, 40_030, 40_031, 40_032, 40_033, 40_052, 40_053, 40_054, 40_055, 40_062, 40_130,
    40_152, 40_163, 40_202, 40_203, 41_001, 42_002, 42_003, 42_007, 43_002, 44_002, 45_001, 45_002,
    45_008, 45_056, 45_058, 45_059, 45_067, 45_072, 45_083, 45_084, 45_113, 45_157, 45_158, 45_159,
    45_168, 47_001, 47_003, 48_005, 53_503, 53_504, 53_505, 61_500, 61_501, 65_303, 65_316, 65_320,
    76_001, 76_002, 76_003, 76_004, 76_022, 200_014, 200_016, 200_017, 200_018, 200_019, 200_020,
    200_021, 200_022, 9_410_010, 9_410_011, 9_410_012,
  ],
  stop: [40_249, 43_116, 48_004, 200_011, 200_013],
  operator: [
    40_013, 40_036, 40_037, 40_125, 40_164, 40_201, 40_243, 40_246, 40_247, 48_001, 48_008, 50_001,
    61_004, 61_007, 61_016, 200_012, 200_100,
  ],
  done: [45_065],
};

const ADVICE_OF = new Map<number, Advice>(
  Object.entries(ADVICE).flatMap(([advice, codes]) =>
    codes.map((code) => [code, advice as Advice] as const),
  ),
);

/** What to do about a code; unknown ones are not tried again. */
export function adviceFor(errcode: number): Advice {
  return ADVICE_OF.get(errcode) ?? 'give-up';
}

/** Whether the platform was only busy for a moment; the other codes to retry ask for minutes. */
export function isBusy({ errcode }: WechatError): boolean {
  return BUSY.has(errcode);
}

interface Failure {
  readonly errcode: number;
  /** The platform's own words. */
  readonly errmsg: string;
  /** All that was answered: some codes say which part failed. */
  readonly answer?: unknown;
}

/** The API answered with an error. */
export class WechatError extends Error {
  readonly errcode: number;
  readonly errmsg: string;
  readonly advice: Advice;
  /** Under which the platform's support finds the call, for seven days; '' without one. */
  readonly rid: string;
  /** Private, so that no log shows whom the answer names. */
  readonly #answer: unknown;

  constructor({ errcode, errmsg, answer }: Failure, advice: Advice = adviceFor(errcode)) {
    super(`WeChat answered ${errcode}: ${errmsg}`);
    this.name = 'WechatError';
    this.errcode = errcode;
    this.errmsg = errmsg;
    this.advice = advice;
    this.rid = /\brid: ?([\w-]+)/.exec(errmsg)?.[1] ?? '';
    this.#answer = answer;
  }

  /** What came with the code, `fail_openid_list` with 45171 or `msg_id` with 45065. */
  get answer(): unknown {
    return this.#answer;
  }
}
