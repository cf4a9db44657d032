import { z } from 'zod';
import { WechatError } from '../api-errors.ts';
import { idNumber, idText, nothing } from './answers.ts';
import type { Caller } from './caller.ts';
import { contentJson, type MassContent, previewJson } from './mass-content.ts';
import { isBetween, requireValid } from './require-valid.ts';

const RECIPIENTS_MIN = 2;
const RECIPIENTS_MAX = 10_000;
const CLIENT_ID_BYTES_MAX = 32;
const ALREADY_SENT = 45_065;

/** One mass message; everybody it reaches can receive four of them a month from this account. */
export interface MassMessage {
  readonly content: MassContent;
  /** The same within 24 hours is sent once; 1 to 32 bytes. */
  readonly clientMsgId: string;
  /** Send even what the platform takes for a reprint; without it that is stopped. */
  readonly evenIfReprint?: boolean;
}

/** A message that was accepted: what came of it is told by the `mass-result` event (reference 2.4). */
export interface MassJob {
  readonly msgId: string;
  /** Of its articles; null for other content, and when it was accepted before. */
  readonly msgDataId: string | null;
  /** The platform had this `clientMsgId` already and sent nothing again (45065). */
  readonly repeated: boolean;
}

export type MassStatus = 'sent' | 'sending' | 'failed' | 'deleted' | 'unknown';
/** 0 to 4: 800, 600, 450, 300 and 100 thousand a minute. */
export type MassSpeed = 0 | 1 | 2 | 3 | 4;

/**
 * Mass messages (reference 5.6). At most 60 calls a minute and 100 a day. What is out of the
 * platform's limits is not sent. @throws DomainError MASS_INVALID, WechatError, RemoteError
 */
export interface Mass {
  /** To every follower, into the history of the account. May wait for its administrator (89504). */
  sendToAll(message: MassMessage): Promise<MassJob>;
  sendToTag(tagId: number, message: MassMessage): Promise<MassJob>;
  /** To 2 to 10,000 open ids. */
  sendTo(openIds: readonly string[], message: MassMessage): Promise<MassJob>;
  /** Shows a message to one person, by WeChat name 100 times a day. */
  preview(
    viewer: { readonly openId: string } | { readonly wechatName: string },
    content: MassContent,
  ): Promise<void>;
  /** Where a job is; how many it reached comes with the event only. */
  statusOf(msgId: string): Promise<MassStatus>;
  /** Deletes articles or a video that were sent, or the one article with this number from 1. */
  remove(
    what: { readonly msgId: string } | { readonly url: string },
    articleNumber?: number,
  ): Promise<void>;
  /** The speed in force: its step, and what it is in ten thousand a minute. */
  speed(): Promise<{ step: number; tenThousandsAMinute: number }>;
  setSpeed(speed: MassSpeed): Promise<void>;
  /** Makes the media id of an `mpvideo` out of that of an uploaded video. */
  prepareVideo(video: {
    readonly mediaId: string;
    readonly title: string;
    readonly description: string;
  }): Promise<{ mediaId: string }>;
}

const accepted = z.object({ msg_id: idText, msg_data_id: idText.optional() });
const existing = z
  .union([z.object({ msg_id: idText }), z.object({ msgid: idText })])
  .transform((given) => ('msg_id' in given ? given.msg_id : given.msgid));
const status = z.object({ msg_status: z.string() });
const inForce = z.object({ speed: z.number(), realspeed: z.number() });
const video = z.object({ media_id: z.string().min(1) });

const STATUSES = new Map<string, MassStatus>([
  ['SEND_SUCCESS', 'sent'],
  ['SENDING', 'sending'],
  ['SEND_FAIL', 'failed'],
  ['DELETE', 'deleted'],
]);

/** Makes the calls for mass messages. */
export function mass(caller: Caller): Mass {
  async function send(path: string, to: Record<string, unknown>, message: MassMessage) {
    const json = { ...to, ...messageJson(message) };
    try {
      const job = await caller.call({ path, json, answer: accepted, repeatable: true });
      return { msgId: job.msg_id, msgDataId: job.msg_data_id ?? null, repeated: false };
    } catch (error) {
      return jobBefore(error);
    }
  }
  const sendAll = (filter: Record<string, unknown>, message: MassMessage) =>
    send('cgi-bin/message/mass/sendall', { filter }, message);

  return {
    sendToAll: (message) => sendAll({ is_to_all: true }, message),
    async sendToTag(tagId, message) {
      requireTag(tagId);
      return sendAll({ is_to_all: false, tag_id: tagId }, message);
    },
    async sendTo(openIds, message) {
      requireRecipients(openIds);
      return send('cgi-bin/message/mass/send', { touser: openIds }, message);
    },
    async preview(viewer, content) {
      const to = 'openId' in viewer ? { touser: viewer.openId } : { towxname: viewer.wechatName };
      const json = { ...to, ...previewJson(content) };
      await caller.call({ path: 'cgi-bin/message/mass/preview', json, answer: nothing });
    },
    async statusOf(msgId) {
      const json = { msg_id: msgId };
      const path = 'cgi-bin/message/mass/get';
      const given = await caller.call({ path, json, answer: status, repeatable: true });
      return STATUSES.get(given.msg_status) ?? 'unknown';
    },
    async remove(what, articleNumber) {
      const json = removalJson(what, articleNumber);
      const path = 'cgi-bin/message/mass/delete';
      await caller.call({ path, json, answer: nothing, repeatable: true });
    },
    async speed() {
      const path = 'cgi-bin/message/mass/speed/get';
      const given = await caller.call({ path, json: {}, answer: inForce, repeatable: true });
      return { step: given.speed, tenThousandsAMinute: given.realspeed };
    },
    async setSpeed(speed) {
      requireValid(isBetween(0, 4, speed), 'MASS_INVALID', 'a speed is 0 to 4');
      const path = 'cgi-bin/message/mass/speed/set';
      await caller.call({ path, json: { speed }, answer: nothing, repeatable: true });
    },
    async prepareVideo({ mediaId, title, description }) {
      const json = { media_id: mediaId, title, description };
      const path = 'cgi-bin/media/uploadvideo';
      const given = await caller.call({ path, json, answer: video, repeatable: true });
      return { mediaId: given.media_id };
    },
  };
}

function messageJson({ content, clientMsgId, evenIfReprint }: MassMessage) {
  const bytes = Buffer.byteLength(clientMsgId);
  const message = `a client id has 1 to ${CLIENT_ID_BYTES_MAX} bytes`;
  requireValid(isBetween(1, CLIENT_ID_BYTES_MAX, bytes), 'MASS_INVALID', message);
  return {
    ...contentJson(content),
    send_ignore_reprint: evenIfReprint ? 1 : 0,
    clientmsgid: clientMsgId,
  };
}

/** A job that was accepted before is what was asked for. @throws any other error as it is */
function jobBefore(error: unknown): MassJob {
  if (!(error instanceof WechatError) || error.errcode !== ALREADY_SENT) throw error;
  const before = existing.safeParse(error.answer);
  if (!before.success) throw error;
  return { msgId: before.data, msgDataId: null, repeated: true };
}

function requireTag(tagId: number): void {
  const isTag = isBetween(0, Number.MAX_SAFE_INTEGER, tagId);
  requireValid(isTag, 'MASS_INVALID', 'a tag id is a whole number');
}

function requireRecipients({ length }: readonly string[]): void {
  const isWithin = isBetween(RECIPIENTS_MIN, RECIPIENTS_MAX, length);
  requireValid(isWithin, 'MASS_INVALID', 'a mass message goes to 2 to 10,000 open ids');
}

function removalJson(
  what: { readonly msgId: string } | { readonly url: string },
  articleNumber: number | undefined,
) {
  const subject = 'url' in what ? { url: what.url } : { msg_id: idNumber(what.msgId) };
  if (articleNumber === undefined) return subject;
  // 0 would delete all of them.
  const isNumber = isBetween(1, Number.MAX_SAFE_INTEGER, articleNumber);
  requireValid(isNumber, 'MASS_INVALID', 'articles are counted from 1');
  return { ...subject, article_idx: articleNumber };
}
