import type { MemberId } from '../../src/kernel/ids.ts';
import * as ledger from '../../src/loyalty/ledger/index.ts';
import * as members from '../../src/loyalty/members/index.ts';
import type { Line, Told } from '../../src/simulator/index.ts';
import type { Programme } from './programme.ts';

/** Seconds that pass after everything somebody does; nobody writes faster. */
const BREATH = 3;

/** Somebody with a phone. What they read comes without the links that make words tappable. */
export class Persona {
  readonly openId: string;
  private readonly programme: Programme;
  private gifts = 0;

  constructor(programme: Programme, name: string) {
    this.programme = programme;
    this.openId = `o_${name}`;
  }

  /** Writes a text and reads the answer; empty when nothing is shown. */
  async says(text: string, { msgId }: { msgId?: string } = {}): Promise<string> {
    return this.reads(await this.simulator.say({ openId: this.openId, text, msgId }));
  }

  /** Writes a text whose message can be delivered again, by `says(text, { msgId })`. */
  async sends(text: string): Promise<{ msgId: string; reply: string }> {
    const told = await this.simulator.say({ openId: this.openId, text });
    return { msgId: told.msgId ?? '', reply: this.reads(told) };
  }

  /** Taps a word in the last message that offers it. */
  async taps(word: string): Promise<string> {
    return this.sendsToken(word, this.tokenUnder(word));
  }

  /** Taps a word that was under an earlier message. */
  async sendsToken(word: string, menuId: string): Promise<string> {
    return this.reads(await this.simulator.say({ openId: this.openId, text: word, menuId }));
  }

  /** What a tap on the word sends along. */
  tokenUnder(word: string): string {
    const link = new RegExp(`msgmenucontent=${word}&(?:amp;)?msgmenuid=([^"]+)"`);
    const found = this.transcript.toReversed().map(({ text }) => link.exec(text)?.[1]);
    const token = found.find((one) => one !== undefined);
    if (!token) throw new Error(`${this.openId} sees no ${word} to tap`);
    return token;
  }

  /** Taps a button of the menu under the chat. */
  async presses(key: string): Promise<string> {
    return this.reads(await this.simulator.tap({ openId: this.openId, key }));
  }

  async follows(scene?: string): Promise<string> {
    return this.reads(await this.simulator.follow({ openId: this.openId, scene }));
  }

  async scans(scene: string): Promise<string> {
    return this.reads(await this.simulator.scan({ openId: this.openId, scene }));
  }

  async unfollows(): Promise<string> {
    return this.reads(await this.simulator.unfollow({ openId: this.openId }));
  }

  /** Everything on the phone, oldest first. */
  get transcript(): readonly Line[] {
    return this.simulator.transcript(this.openId);
  }

  /** The template messages on the phone: title and fields. */
  get notices(): readonly { title: string; fields: Readonly<Record<string, string>> }[] {
    return this.transcript.flatMap(({ data }) => {
      if (!data) return [];
      const fields = data.fields.map(({ label, value }) => [label, value]);
      return [{ title: data.title, fields: Object.fromEntries(fields) }];
    });
  }

  async member(): Promise<members.Member> {
    const found = await members.findMember(this.programme.ctx(), { openId: this.openId });
    if (!found) throw new Error(`${this.openId} is no member`);
    return found;
  }

  async memberId(): Promise<MemberId> {
    return (await this.member())._id;
  }

  /** What the ledger says can be spent. */
  async balance(): Promise<number> {
    return (await ledger.balanceOf(this.programme.ctx(), await this.memberId())).available;
  }

  /** The newest entries of the ledger: points of each, newest first. */
  async entries(): Promise<readonly ledger.Entry[]> {
    const page = { limit: 50 };
    const statement = await ledger.statementOf(this.programme.ctx(), await this.memberId(), page);
    return statement.entries;
  }

  /** Is given points by hand; who was no member becomes one. */
  async isGiven(points: number, expiresOn: ledger.Earning['expiresOn'] = '2099-01-01') {
    const ctx = this.programme.ctx();
    const { member } = await members.enrol(ctx, {
      openId: this.openId,
      at: ctx.now,
      by: 'message',
    });
    this.gifts += 1;
    await ledger.post(ctx, member._id, `gift:${this.gifts}`, (book) => {
      book.earn({ points, expiresOn });
      return {};
    });
  }

  /** Opens the address form behind the last link in the chat and fills it in. */
  async fillsInAddress(more: Readonly<Record<string, string>> = {}): Promise<number> {
    const links = this.transcript
      .toReversed()
      .map(({ text }) => /\/h5\/address\?t=[\w.~-]+/.exec(text));
    const [path] = links.find((one) => one !== null) ?? [];
    if (!path) throw new Error(`${this.openId} was sent no address form`);
    const form = new URLSearchParams({ ...ADDRESS, ...more });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = { method: 'POST', url: path, payload: form.toString(), headers } as const;
    return (await this.programme.app.http.inject(request)).statusCode;
  }

  private get simulator() {
    return this.programme.simulator;
  }

  private reads({ reply, deliveries }: Told): string {
    if (deliveries.length > 1) this.programme.contradict(`tried ${deliveries.length} times`);
    this.programme.pass(BREATH);
    return reply?.text.replaceAll(/<[^>]+>/g, '') ?? '';
  }
}

const ADDRESS = {
  name: '王小满',
  phone: '13800002046',
  province: '浙江省',
  city: '杭州市',
  district: '滨江区',
  detail: '江南大道 1 号 2 幢 301',
};
