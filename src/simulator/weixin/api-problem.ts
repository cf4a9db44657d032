/** The pretend API refuses: HTTP 200 with an error number (reference 4.5). */
export class ApiProblem extends Error {
  readonly errcode: number;
  /** What stands beside the number, such as the message that was sent before. */
  readonly more: object;

  constructor(errcode: number, message: string, more: object = {}) {
    super(message);
    this.name = 'ApiProblem';
    this.errcode = errcode;
    this.more = more;
  }
}
