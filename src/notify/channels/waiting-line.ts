/** A line under the answer to the follower's next message. */
export interface WaitingLine {
  /** The notice's id; the same line is kept once. */
  readonly id: string;
  readonly text: string;
  /** Afterwards it is not told any more. */
  readonly until: Date;
}

/** Where lines wait for their follower; the bot tells them. */
export interface NextContact {
  /** `full` when too many are waiting already. The same line twice is there once. */
  put(openId: string, line: WaitingLine): Promise<'kept' | 'full'>;
}
