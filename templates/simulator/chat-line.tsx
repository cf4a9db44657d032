import type { ShownCard, ShownLine } from '../../src/simulator/page/shown-lines.ts';
import type { Piece } from '../../src/simulator/page/text-pieces.ts';
import { Icon } from '../ui/icon.tsx';
import { ActButton } from './act-button.tsx';
import type { View } from './view.ts';

interface ChatLineProps {
  readonly line: ShownLine;
  readonly openId: string;
  /** Who writes it, by whose first letter it is known. */
  readonly account: { readonly name: string };
  readonly person: { readonly name: string } | null;
  readonly view: View;
}

/** One message on the phone: a bubble, a template card, or a small line in the middle. */
export function ChatLine({ line, openId, account, person, view: { say } }: ChatLineProps) {
  const { from, via, pieces, card, time } = line;
  const writer = from === 'account' ? account : person;
  const isQuiet = via === 'event' || via === 'failure';
  return (
    <li class={classOf(line)}>
      {time ? <p class="jf-time">{say('simulator.phone.at', time)}</p> : null}
      {card ? <Notice card={card} view={{ say }} /> : null}
      {card ? null : (
        <div class={isQuiet ? 'jf-quiet' : 'jf-bubble'} data-initial={initialOf(writer)}>
          <span class="jf-unseen">{say(`simulator.phone.${from}`)}：</span>
          {pieces.map((piece) => (
            <PieceOf piece={piece} openId={openId} />
          ))}
        </div>
      )}
      {via === 'customer' ? <p class="jf-kind">{say('simulator.phone.customer')}</p> : null}
    </li>
  );
}

function initialOf(writer: { readonly name: string } | null): string {
  const [initial = ''] = writer?.name ?? '';
  return initial;
}

function classOf({ from, via, card }: ShownLine): string {
  if (card) return 'jf-line jf-card';
  if (via === 'event' || via === 'failure') return 'jf-line jf-middle';
  return from === 'follower' ? 'jf-line jf-mine' : 'jf-line jf-theirs';
}

function PieceOf({ piece, openId }: { readonly piece: Piece; readonly openId: string }) {
  switch (piece.type) {
    case 'words':
      return <>{piece.text}</>;
    case 'tap': {
      const body = { openId, text: piece.sends, menuId: piece.menuId };
      return (
        <ActButton act="say" body={body} class="jf-tap">
          {piece.text}
        </ActButton>
      );
    }
    case 'link':
      return <Link link={piece}>{piece.text}</Link>;
  }
}

/** A page of the service opens over the phone, anything else in a window of its own. */
function Link({
  link,
  children,
  ...attributes
}: {
  readonly link: { readonly url: string; readonly framed: boolean };
  readonly class?: string;
  readonly children: preact.ComponentChildren;
}) {
  const { url, framed } = link;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" data-framed={framed} {...attributes}>
      {children}
    </a>
  );
}

function Notice({ card, view: { say } }: { card: ShownCard; view: Pick<View, 'say'> }) {
  return (
    <article class="jf-notice">
      <p class="jf-kind">{say('simulator.phone.template')}</p>
      <h3>{card.title}</h3>
      <dl>
        {card.fields.map(({ label, value }) => (
          <div>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {card.link ? (
        <Link link={card.link} class="jf-notice-foot">
          {say('simulator.phone.details')}
          <Icon name="next" />
        </Link>
      ) : null}
    </article>
  );
}
