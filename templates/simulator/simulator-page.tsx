import type { ShownExchange } from '../../src/simulator/page/shown-exchanges.ts';
import type { ShownLine } from '../../src/simulator/page/shown-lines.ts';
import type { ShownButton } from '../../src/simulator/page/shown-menu.ts';
import { Inspector } from './inspector.tsx';
import { Page } from './page.tsx';
import { People, type Person } from './people.tsx';
import { Phone } from './phone.tsx';
import type { View } from './view.ts';
import { type Scene, World } from './world.tsx';

export interface SimulatorPageProps {
  readonly account: {
    readonly name: string;
    readonly originalId: string;
    readonly mode: 'plain' | 'compatible' | 'safe';
  };
  readonly people: readonly Person[];
  readonly person: Person | null;
  readonly messagesLeft: number;
  readonly lines: readonly ShownLine[];
  readonly buttons: readonly ShownButton[];
  readonly exchanges: readonly ShownExchange[];
  readonly tokensIssued: number;
  readonly scenes: readonly Scene[];
  readonly now: { readonly day: `${number}-${number}-${number}`; readonly time: Date };
  /** The numbers of the last message and the last exchange that are shown. */
  readonly shown: { readonly line: number; readonly exchange: number };
  readonly view: View;
}

/** /simulator: people and world, one person's phone, and what goes over the line. */
export function SimulatorPage(props: SimulatorPageProps) {
  const { person, scenes, now, exchanges, shown, view } = props;
  const { say } = view;
  const openId = person?.openId ?? null;
  return (
    <Page
      view={view}
      data={{
        'data-open-id': openId ?? '',
        'data-line': shown.line,
        'data-exchange': shown.exchange,
        'data-typing': say('simulator.phone.typing'),
        'data-error': say('simulator.error'),
      }}
    >
      <a class="jf-skip" href="#text">
        {say('simulator.skip')}
      </a>
      <Bar {...props} />
      <main>
        <Tabs view={view} />
        <div class="jf-columns">
          <section class="jf-panel jf-side" aria-labelledby="people-title">
            <h2 id="people-title">{say('simulator.people.title')}</h2>
            <div id="people">
              <People {...props} />
            </div>
            <World scenes={scenes} openId={openId} now={now} view={view} />
          </section>
          <section class="jf-phone" aria-label={say('simulator.phone.title')}>
            <Phone {...props} />
          </section>
          <div class="jf-panel jf-log">
            <Inspector exchanges={exchanges} view={view} />
          </div>
        </div>
      </main>
    </Page>
  );
}

function Bar({ account, tokensIssued, view: { say } }: SimulatorPageProps) {
  return (
    <header class="jf-bar">
      <h1>{say('simulator.title')}</h1>
      <p class="jf-badge">{say('simulator.pretend', { account: account.originalId })}</p>
      <p class="jf-bar-facts">
        {say(`simulator.mode.${account.mode}`)} ·{' '}
        <span id="tokens">{say('simulator.inspector.tokens', { count: tokensIssued })}</span>
      </p>
      <p id="error" class="jf-bad" role="alert" />
    </header>
  );
}

/** On a small screen one column is shown at a time. */
function Tabs({ view: { say } }: { readonly view: View }) {
  const tabs = [
    ['phone', say('simulator.phone.title')],
    ['side', say('simulator.people.title')],
    ['log', say('simulator.inspector.title')],
  ] as const;
  return (
    <fieldset class="jf-choice jf-tabs">
      <legend class="jf-unseen">{say('simulator.tabs')}</legend>
      {tabs.map(([tab, name]) => (
        <label>
          <input type="radio" name="tab" value={tab} checked={tab === 'phone'} />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
