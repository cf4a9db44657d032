import { Page } from './page.tsx';
import type { View } from './view.ts';

interface SignInPageProps {
  /** Whether a password was given, and was wrong. */
  readonly wrong: boolean;
  readonly view: View;
}

/** Asks who comes from another machine for the demo password. */
export function SignInPage({ wrong, view }: SignInPageProps) {
  const { say } = view;
  return (
    <Page view={view}>
      <main class="jf-panel jf-sign-in">
        <h1>{say('simulator.sign_in.title')}</h1>
        <form method="post" action="/simulator/sign-in">
          <label for="password">{say('simulator.sign_in.password')}</label>
          <input
            id="password"
            name="password"
            type="password"
            required
            autocomplete="current-password"
            aria-invalid={wrong}
            aria-describedby="wrong"
          />
          <p id="wrong" class="jf-bad">
            {wrong ? say('simulator.sign_in.wrong') : null}
          </p>
          <button type="submit" class="jf-button jf-primary">
            {say('simulator.sign_in.submit')}
          </button>
        </form>
      </main>
    </Page>
  );
}
