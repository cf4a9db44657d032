import { Page } from './page.tsx';
import type { View } from './view.ts';

interface ChoosePageProps {
  readonly people: readonly { readonly name: string; readonly href: string }[];
  readonly view: View;
}

/** Asks whose phone it is, where a browser does not say. */
export function ChoosePage({ people, view }: ChoosePageProps) {
  const { say } = view;
  return (
    <Page view={view} isStill>
      <main class="jf-panel jf-sign-in">
        <h1>{say('simulator.sns.who')}</h1>
        <nav class="jf-buttons" aria-label={say('simulator.sns.who')}>
          {people.map(({ name, href }) => (
            <a href={href} class="jf-button">
              {name}
            </a>
          ))}
        </nav>
      </main>
    </Page>
  );
}

interface ConsentPageProps {
  readonly account: { readonly name: string };
  /** Whose phone it is. */
  readonly name: string;
  readonly purpose: 'base' | 'userinfo' | 'once';
  readonly allow: string;
  readonly refuse: string;
  /** Null where there is no snapshot page. */
  readonly snapshot: string | null;
  readonly view: View;
}

/** WeChat asks for the profile, or for consent to one message. */
export function ConsentPage(props: ConsentPageProps) {
  const { account, name, purpose, allow, refuse, snapshot, view } = props;
  const { say } = view;
  const question = purpose === 'once' ? 'simulator.sns.once' : 'simulator.sns.profile';
  return (
    <Page view={view} isStill>
      <main class="jf-panel jf-sign-in">
        <h1>{say(question, { account: account.name })}</h1>
        <p>{say('simulator.sns.as', { name })}</p>
        <div class="jf-buttons">
          <a href={allow} class="jf-button jf-primary">
            {say('simulator.sns.allow')}
          </a>
          <a href={refuse} class="jf-button">
            {say('simulator.sns.refuse')}
          </a>
          {snapshot ? (
            <a href={snapshot} class="jf-button">
              {say('simulator.sns.snapshot')}
            </a>
          ) : null}
        </div>
      </main>
    </Page>
  );
}

/** WeChat does not understand the link. */
export function WrongLinkPage({ view }: { readonly view: View }) {
  return (
    <Page view={view} isStill>
      <main class="jf-panel jf-sign-in">
        <h1>{view.say('simulator.sns.wrong_link')}</h1>
      </main>
    </Page>
  );
}
