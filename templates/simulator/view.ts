import type * as wording from '../../src/wording/index.ts';

/** What every piece of the simulator's page is shown with. */
export interface View {
  readonly say: wording.Say<string>;
  readonly language: wording.Language;
  /** The address of a file of `templates/assets`. */
  readonly asset: (name: string) => string;
}
