/** A message as a follower remembers it: what was sent, and every answer that came. */
export interface Remembered {
  readonly openId: string;
  /** Events have none. */
  readonly msgId: string | null;
  readonly text: string;
  /** The words of each answer that came, in order of arrival. */
  readonly answers: string[];
}

/** A purchase as the till remembers it. */
export interface Receipt {
  readonly openId: string;
  readonly purchaseId: string;
  readonly amountFen: number;
  readonly entryIds: string[];
}

/** Everything that was seen from outside. */
export class Witness {
  readonly messages: Remembered[] = [];
  readonly receipts: Receipt[] = [];
  readonly findings: string[] = [];
  deliveries = 0;
  lost = 0;

  find(what: string): void {
    this.findings.push(what);
  }

  /** Answers that say that the outcome is not known yet; the real one may follow. */
  static isProvisional(text: string): boolean {
    return /^(收到，正在办|还在确认结果|现在排队的人有点多|发得有点快)/.test(text);
  }

  /** The answer that counts; null when none came. Answers to one message that differ are found. */
  static finalAnswer(message: Remembered): string | null {
    return message.answers.find((text) => !Witness.isProvisional(text)) ?? null;
  }
}
