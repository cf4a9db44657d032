/** A request to the pretend platform as it comes over the line. */
export interface RawCall {
  readonly method: string;
  /** Without the leading slash: `cgi-bin/stable_token`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: string | Buffer;
  /** Needed for a form; any other body is read as JSON. */
  readonly contentType?: string | undefined;
  /** The open id on whose phone a browser asks. */
  readonly phone?: string | undefined;
  /** The address under which the caller found the platform; ends in `/`. */
  readonly base?: string | undefined;
}

/** What goes back over the line. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** An object to be written as JSON, or a Buffer that goes as it is. */
  readonly body: object;
}
