/** The pretend API refuses: HTTP 200 with an error number (reference 4.5). */
export class ApiProblem extends Error {
  readonly errcode: number;

  constructor(errcode: number, message: string) {
    super(message);
    this.name = 'ApiProblem';
    this.errcode = errcode;
  }
}
