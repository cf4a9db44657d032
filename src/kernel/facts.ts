/** Plain data as JSON knows it. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** Small plain data: what an entry, a delivery or a refusal remembers. No dates, no personal data. */
export type Facts = { readonly [name: string]: Json };
