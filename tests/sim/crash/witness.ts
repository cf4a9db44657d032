/** A message as a follower remembers it: what was sent, and every answer that came. */
export interface Remembered {
  readonly openId: string;
  /** Events have none. */
  readonly msgId: string | null;
  readonly text: string;
  /** The words of each answer that came, in order of arrival. */
  readonly answers: string[];
  /** How many deliveries brought an answer, or none in time: all of them were worked on. */
  deliveries: number;
}

/** Words about an earlier message: they came with a later answer, or as a message of their own. */
export interface LateWords {
  readonly openId: string;
  readonly said: string;
}

/** A purchase as the till remembers it. */
export interface Receipt {
  readonly openId: string;
  readonly purchaseId: string;
  readonly amountFen: number;
  readonly entryIds: string[];
}

const LATE = '刚才的办好了：';

/** Everything that was seen from outside. */
export class Witness {
  readonly messages: Remembered[] = [];
  readonly receipts: Receipt[] = [];
  readonly lateWords: LateWords[] = [];
  readonly findings: string[] = [];
  /** Messages that were done although "busy" was all that their followers heard at the time. */
  readonly doneThoughBusy: { readonly about: string; readonly isTold: boolean }[] = [];
  deliveries = 0;
  lost = 0;

  find(what: string): void {
    this.findings.push(what);
  }

  /** Drops what a judge found who did not come to the end: all but the first few findings. */
  forget(but: number): void {
    this.findings.splice(but);
    this.doneThoughBusy.splice(0);
  }

  /** Answers that say that the outcome is not known yet; the real one may follow. */
  static isProvisional(text: string): boolean {
    return /^(收到，正在办|还在确认结果|现在排队的人有点多|现在连接有点慢|发得有点快)/.test(text);
  }

  /** Nothing could be reached; the platform does not deliver such a message again by itself. */
  static isBusy(text: string): boolean {
    return text.startsWith('现在排队的人有点多');
  }

  /** Takes an answer apart: its own words, and those that came late for an earlier message. */
  hear(message: Remembered, answer: string): void {
    const [own = '', late] = answer.split(LATE);
    if (own.trim() !== '') message.answers.push(own.trimEnd());
    if (late !== undefined) this.hearLate(message.openId, late.trimStart());
  }

  /** Hears what is told about an earlier message. */
  hearLate(openId: string, said: string): void {
    this.lateWords.push({ openId, said });
  }

  /** The answer that counts; null when none came. Answers to one message that differ are found. */
  static finalAnswer(message: Remembered): string | null {
    return message.answers.find((text) => !Witness.isProvisional(text)) ?? null;
  }
}
