import { z } from 'zod';

/** An answer of which only the absence of an error counts. */
export const nothing = z.object({}).transform(() => undefined);

/** An id of up to 64 bits, which the platform writes as number or text (reference 0.2). */
export const idText = z.union([z.string(), z.number()]).transform(String);

/** A moment in seconds (reference 0.2); null for 0. */
export const moment = z
  .number()
  .transform((seconds) => (seconds === 0 ? null : new Date(seconds * 1000)));

/** An id as the API takes it back: a number where one can hold it. */
export function idNumber(id: string): number | string {
  const number = Number(id);
  return Number.isSafeInteger(number) ? number : id;
}
