import { z } from 'zod';
import { idText } from './answers.ts';

/** A template message that the platform did not deliver because of what it says. */
export interface BlockedMessage {
  /** Ask for what comes after it with it. */
  readonly id: string;
  readonly templateId: string;
  readonly title: string;
  readonly content: string;
  readonly sentAt: Date;
  readonly openId: string;
}

const message = z
  .object({
    id: idText,
    tmpl_msg_id: z.string(),
    title: z.string(),
    content: z.string(),
    send_timestamp: z.number(),
    openid: z.string(),
  })
  .transform(
    (given): BlockedMessage => ({
      id: given.id,
      templateId: given.tmpl_msg_id,
      title: given.title,
      content: given.content,
      sentAt: new Date(given.send_timestamp * 1000),
      openId: given.openid,
    }),
  );

/** `msginfo`: one, several or none; the platform's pages disagree (reference 5.2). */
export const blockedMessages = z
  .object({ msginfo: z.union([z.array(message), message.transform((one) => [one])]).default([]) })
  .transform(({ msginfo }): readonly BlockedMessage[] => msginfo);
