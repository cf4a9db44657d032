/** What was looked at, and how it is. */
export interface Check extends Finding {
  readonly name: string;
}

export interface Finding {
  readonly ok: boolean;
  /** What was found, or what to do about it. */
  readonly hint: string;
}

export function fine(hint: string): Finding {
  return { ok: true, hint };
}

export function wrong(hint: string): Finding {
  return { ok: false, hint };
}

/** One check; what it throws is what was found, in the words of `tell`. */
export async function tried(
  name: string,
  check: () => Promise<Finding>,
  tell: (error: unknown) => string = messageOf,
): Promise<Check> {
  const found = await check().catch((error: unknown) => wrong(tell(error)));
  return { name, ...found };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
