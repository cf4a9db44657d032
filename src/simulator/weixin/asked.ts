/** One request of the service to the pretend API. */
export interface Asked {
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON; an empty object for a GET. */
  readonly body: unknown;
}
