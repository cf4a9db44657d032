import { z } from 'zod';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const shortText = z.string().min(1).max(60);

const programme = z.object({
  /** What followers call the shop. */
  name: shortText.default('示范小店'),
  /** Stores that have a code of their own to scan: its scene, and the name that is welcomed with. */
  stores: z
    .array(z.object({ scene: z.string().min(1).max(64), name: shortText }))
    .max(500)
    .default([{ scene: 'store:binjiang', name: '滨江店' }]),
  /** The version of the privacy notice that new members are shown. */
  privacyVersion: shortText.default('2026-01'),
});

const confirm = z.object({
  /** How long a question "really?" stays open. */
  ttlMinutes: z.int().min(1).max(60).default(5),
  /** From so many points on a confirmation asks once more. */
  bigSpend: z.int().min(1).default(5000),
});

const chat = z.object({
  /** Whether words in texts can be tapped. */
  tapLinks: z.boolean().default(true),
  /** Whether progress is drawn with little squares. */
  bars: z.boolean().default(true),
});

/** Nothing is sent unasked between `start` and `end`, in the programme's zone. */
const quiet = z.object({
  start: timeOfDay.default('22:00'),
  end: timeOfDay.default('08:00'),
});

/** Per notice of ours: the account's template, and which of its keys each label of ours fills. */
const bindings = z
  .record(
    z.string().max(60),
    z.object({
      templateId: z.string().min(1).max(128),
      keys: z.record(z.string().max(60), z.string().max(60)),
    }),
  )
  .default({});

/** Calls a day that the platform lets the account make (reference 4.3). */
const callsADay = z.int().min(1).max(1_000_000_000);

const notices = z.object({
  bindings,
  /** The same for the templates of subscription notices. */
  subscriptions: bindings,
  quota: z
    .strictObject({
      template: callsADay.default(100_000),
      customer: callsADay.default(500_000),
      /** The last part of a day's calls is for order updates only. */
      reservePercent: z.int().min(0).max(100).default(5),
    })
    .prefault({}),
  /** When a reminder that a member asked for is sent, in the programme's zone. */
  reminder: z.strictObject({ at: timeOfDay.default('09:00') }).prefault({}),
  expiring: z
    .strictObject({
      /** `opt-out`: told unless the member said no. `opt-in`: only after the member said yes. */
      consent: z.enum(['opt-out', 'opt-in']).default('opt-out'),
      daysAhead: z.int().min(1).max(31).default(7),
    })
    .prefault({}),
});

const limits = z.object({ messagesPerMinute: z.int().min(1).max(600).default(30) });

/** Which ruleset is in force; `rules` finds it by this name and version. */
const rules = z.object({
  inForce: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,38}@[1-9]\d{0,5}$/)
    .default('standard@1'),
});

/**
 * Everything that operators change, by area, with its limits and what it is until they do. What a
 * newer version of the service stored beside it is left alone.
 */
export const AREAS = { programme, confirm, chat, quiet, notices, limits, rules };

/** The name of a group of settings that is read and changed together. */
export type Area = keyof typeof AREAS;
/** The values of every area, as `read` gives them. */
export type Settings = { readonly [A in Area]: Readonly<z.output<(typeof AREAS)[A]>> };
