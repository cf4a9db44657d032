import type { ShownLine } from '../../src/simulator/page/shown-lines.ts';
import type { ShownButton } from '../../src/simulator/page/shown-menu.ts';
import { Icon } from '../ui/icon.tsx';
import { AccountMenu } from './account-menu.tsx';
import { ChatLine } from './chat-line.tsx';
import type { Person } from './people.tsx';
import type { View } from './view.ts';

interface PhoneProps {
  readonly account: { readonly name: string };
  readonly person: Person | null;
  readonly lines: readonly ShownLine[];
  readonly buttons: readonly ShownButton[];
  readonly view: View;
}

/** The phone of one person: the account's name, the chat, what can be written and tapped. */
export function Phone({ account, person, lines, buttons, view }: PhoneProps) {
  const { say } = view;
  const openId = person?.openId ?? '';
  return (
    <>
      <header class="jf-phone-head">
        <Icon name="back" />
        <div>
          <h2>{account.name}</h2>
          <p id="typing" role="status" />
        </div>
        <Icon name="more" />
      </header>
      <div
        id="chat"
        class="jf-chat"
        role="log"
        aria-label={say('simulator.phone.title')}
        tabindex={0}
      >
        <p class="jf-hint">{say('simulator.phone.empty')}</p>
        <ol id="lines">
          {lines.map((line) => (
            <ChatLine line={line} openId={openId} account={account} person={person} view={view} />
          ))}
        </ol>
      </div>
      <Composer person={person} view={view} />
      <nav id="menu" class="jf-menu" aria-label={say('simulator.phone.menu')}>
        <AccountMenu buttons={buttons} openId={openId} />
      </nav>
      <Frame view={view} />
    </>
  );
}

/** Where a message is written; only followers can. */
function Composer({ person, view: { say } }: Pick<PhoneProps, 'person' | 'view'>) {
  const follows = person?.standing === 'following';
  const why = person ? 'simulator.phone.not_following' : 'simulator.phone.nobody';
  const body = JSON.stringify({ openId: person?.openId ?? '' });
  return (
    <form id="composer" class="jf-composer" data-act="say" data-body={body}>
      <label for="text" class="jf-unseen">
        {say('simulator.phone.message')}
      </label>
      <input
        id="text"
        name="text"
        required
        autocomplete="off"
        enterkeyhint="send"
        placeholder={say('simulator.phone.placeholder')}
        disabled={!follows}
        aria-describedby="cannot-write"
      />
      <button type="submit" class="jf-button jf-primary" disabled={!follows}>
        {say('simulator.phone.send')}
      </button>
      <p id="cannot-write" class="jf-hint" hidden={follows}>
        {say(why)}
      </p>
    </form>
  );
}

/** Holds a page of the service over the chat while it is open. */
function Frame({ view: { say } }: Pick<PhoneProps, 'view'>) {
  return (
    <section
      id="frame"
      class="jf-frame"
      aria-label={say('simulator.phone.page')}
      data-title={say('simulator.phone.page')}
      hidden
    >
      <button type="button" id="close-frame" aria-label={say('simulator.phone.close')}>
        <Icon name="close" />
      </button>
    </section>
  );
}
