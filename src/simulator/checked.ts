import type { z } from 'zod';
import { DomainError } from '../kernel/errors.ts';

/** What a request of the control API says. @throws INVALID with what is wrong by field */
export function checked<Shape extends z.ZodType>(shape: Shape, given: unknown): z.infer<Shape> {
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => [path.join('.'), message]);
  throw new DomainError({
    kind: 'invalid',
    code: 'INVALID',
    message: 'the request is not valid',
    details: Object.fromEntries(wrong),
  });
}
