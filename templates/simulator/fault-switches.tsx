import { ActButton } from './act-button.tsx';
import type { View } from './view.ts';

/** What can be made to go wrong by a tap: each once, with the next call or the next push. */
const CALLS = ['status', 'html', 'reset', 'token'] as const;
const PUSHES = ['duplicate', 'signature'] as const;

/** Makes something go wrong; what was made stands in the inspector when it has happened. */
export function FaultSwitches({ view: { say } }: { readonly view: View }) {
  const switches = [
    ...CALLS.map((kind) => ({ path: '*', kind })),
    ...PUSHES.map((kind) => ({ path: 'wechat', kind })),
  ];
  return (
    <details class="jf-faults">
      <summary>{say('simulator.fault.title')}</summary>
      <div class="jf-buttons">
        {switches.map((body) => (
          <ActButton act="faults" body={{ ...body, times: 1 }} class="jf-button">
            {say(`simulator.fault.${body.kind}`)}
          </ActButton>
        ))}
        <p class="jf-hint">{say('simulator.fault.hint')}</p>
      </div>
    </details>
  );
}
