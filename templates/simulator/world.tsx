import { ActButton } from './act-button.tsx';
import { FaultSwitches } from './fault-switches.tsx';
import type { View } from './view.ts';

/** What the page offers to scan. */
export interface Scene {
  readonly scene: string;
  readonly name: string;
}

interface WorldProps {
  readonly scenes: readonly Scene[];
  readonly openId: string | null;
  readonly now: NowProps['now'];
  readonly view: View;
}

/** A new person, a code to scan, and the clock. */
export function World({ scenes, openId, now, view }: WorldProps) {
  const { say } = view;
  return (
    <>
      <ActButton act="follow" body={{}} class="jf-button" id="new-person">
        {say('simulator.people.new')}
      </ActButton>
      {openId ? <ScanForm scenes={scenes} openId={openId} view={view} /> : null}
      <h2>{say('simulator.clock.title')}</h2>
      <p id="now" class="jf-now">
        <Now now={now} view={view} />
      </p>
      <Clock view={view} />
      <FaultSwitches view={view} />
      <h2>{say('simulator.world.title')}</h2>
      <label class="jf-check">
        <input type="checkbox" id="repeat" />
        {say('simulator.world.repeat')}
      </label>
      <ActButton act="reset" body={{}} class="jf-button" id="reset">
        {say('simulator.world.reset')}
      </ActButton>
    </>
  );
}

interface NowProps {
  readonly now: { readonly day: `${number}-${number}-${number}`; readonly time: Date };
  readonly view: Pick<View, 'say'>;
}

/** What the clock shows. */
export function Now({ now, view: { say } }: NowProps) {
  return <>{say('simulator.clock.now', now)}</>;
}

function ScanForm({ scenes, openId, view: { say } }: Omit<WorldProps, 'now'>) {
  return (
    <form class="jf-scan" data-act="scan" data-body={JSON.stringify({ openId })}>
      <label for="scene">{say('simulator.people.scene')}</label>
      <div class="jf-row">
        <input
          id="scene"
          name="scene"
          list="scenes"
          required
          maxlength={64}
          autocomplete="off"
          value={scenes[0]?.scene ?? ''}
        />
        <button type="submit" class="jf-button">
          {say('simulator.people.scan')}
        </button>
      </div>
      <datalist id="scenes">
        {scenes.map(({ scene, name }) => (
          <option value={scene}>{name}</option>
        ))}
      </datalist>
    </form>
  );
}

function Clock({ view: { say } }: { readonly view: View }) {
  return (
    <div class="jf-buttons">
      <ActButton act="clock" body={{ advanceSeconds: 3600 }} class="jf-button">
        {say('simulator.clock.hour')}
      </ActButton>
      <ActButton act="clock" body={{ advanceSeconds: 86_400 }} class="jf-button">
        {say('simulator.clock.day')}
      </ActButton>
      <ActButton act="clock" body={{ to: 'end-of-day' }} class="jf-button">
        {say('simulator.clock.end_of_day')}
      </ActButton>
      <ActButton act="clock" body={{ to: 'end-of-month' }} class="jf-button">
        {say('simulator.clock.end_of_month')}
      </ActButton>
      <p class="jf-hint">{say('simulator.clock.hint')}</p>
    </div>
  );
}
