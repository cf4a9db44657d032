import { AccountMenu } from './account-menu.tsx';
import { ChatLine } from './chat-line.tsx';
import { ExchangeItem } from './exchange-item.tsx';
import { People } from './people.tsx';
import type { SimulatorPageProps } from './simulator-page.tsx';
import { Now } from './world.tsx';

/** The parts of /simulator that change while it is open: new lines, and whole small parts. */
export function fragmentsOf(props: Omit<SimulatorPageProps, 'scenes'>) {
  const { account, lines, exchanges, buttons, person, now, tokensIssued, view } = props;
  const openId = person?.openId ?? '';
  return {
    /** Added below what is there. */
    added: {
      lines: (
        <>
          {lines.map((line) => (
            <ChatLine line={line} openId={openId} account={account} person={person} view={view} />
          ))}
        </>
      ),
      exchanges: (
        <>
          {exchanges.map((exchange) => (
            <ExchangeItem exchange={exchange} view={view} />
          ))}
        </>
      ),
    },
    /** Put in the place of what is there. */
    replaced: {
      people: <People {...props} />,
      menu: <AccountMenu buttons={buttons} openId={openId} />,
      now: <Now now={now} view={view} />,
      tokens: <>{view.say('simulator.inspector.tokens', { count: tokensIssued })}</>,
    },
  };
}
