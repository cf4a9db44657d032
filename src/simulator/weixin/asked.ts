import type { z } from 'zod';
import { ApiProblem } from './api-problem.ts';
import type { Form } from './read-form.ts';

/** One request of the service, or of a browser, to the pretend platform. */
export interface Asked {
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON; an empty object for a GET and for a form. */
  readonly body: unknown;
  /** The parts of a multipart body. */
  readonly form: Form | null;
  /** Whose phone the browser is that asks; null for a server. */
  readonly phone: string | null;
  /** Where the platform is found, for addresses that it gives out; ends in `/`. */
  readonly base: string;
}

/** What the body says, by its shape. @throws ApiProblem 47001 */
export function read<Shape extends z.ZodType>(shape: Shape, body: unknown): z.infer<Shape> {
  const parsed = shape.safeParse(body);
  if (!parsed.success) throw new ApiProblem(47001, 'data format error');
  return parsed.data;
}
