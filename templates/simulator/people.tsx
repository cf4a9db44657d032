import { ActButton } from './act-button.tsx';
import type { View } from './view.ts';

/** A WeChat user in the list. */
export interface Person {
  readonly openId: string;
  readonly name: string;
  readonly standing: 'new' | 'following' | 'left';
}

interface PeopleProps {
  readonly people: readonly Person[];
  /** Whose phone is shown. */
  readonly person: Person | null;
  /** How many customer messages the service may send to that person now. */
  readonly messagesLeft: number;
  readonly view: View;
}

/** Whom the platform knows, and whether they follow; never what the service knows of them. */
export function People({ people, person, messagesLeft, view: { say } }: PeopleProps) {
  const { length } = people;
  return (
    <>
      {length === 0 ? <p class="jf-hint">{say('simulator.people.empty')}</p> : null}
      <ul class="jf-people">
        {people.map(({ openId, name, standing }) => (
          <li>
            <a
              id={`person-${openId}`}
              href={`/simulator?openId=${encodeURIComponent(openId)}`}
              aria-current={openId === person?.openId ? 'true' : undefined}
            >
              <b>{name}</b>
              <span>{say(STANDING[standing])}</span>
            </a>
          </li>
        ))}
      </ul>
      {person ? <FollowButton person={person} view={{ say }} /> : null}
      <p class="jf-hint">{say('simulator.people.window', { left: messagesLeft })}</p>
    </>
  );
}

const STANDING = {
  new: 'simulator.people.never',
  following: 'simulator.people.following',
  left: 'simulator.people.left',
} as const;

function FollowButton({ person, view: { say } }: { person: Person; view: Pick<View, 'say'> }) {
  const { openId, standing } = person;
  const act = standing === 'following' ? 'unfollow' : 'follow';
  return (
    <ActButton act={act} body={{ openId }} id="follow-button" class="jf-button">
      {say(`simulator.people.${act}`)}
    </ActButton>
  );
}
