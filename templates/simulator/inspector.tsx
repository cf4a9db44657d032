import type { ShownExchange } from '../../src/simulator/page/shown-exchanges.ts';
import { ExchangeItem } from './exchange-item.tsx';
import type { View } from './view.ts';

interface InspectorProps {
  readonly exchanges: readonly ShownExchange[];
  readonly view: View;
}

const FILTERS = ['all', 'pushes', 'calls', 'errors'] as const;

/** What went over the line, newest last, with a filter that needs no script. */
export function Inspector({ exchanges, view }: InspectorProps) {
  const { say } = view;
  return (
    <>
      <h2>{say('simulator.inspector.title')}</h2>
      <fieldset class="jf-choice">
        <legend class="jf-unseen">{say('simulator.inspector.filter')}</legend>
        {FILTERS.map((filter) => (
          <label>
            <input type="radio" name="filter" value={filter} checked={filter === 'all'} />
            <span>{say(`simulator.inspector.${filter}`)}</span>
          </label>
        ))}
      </fieldset>
      <section
        id="log"
        class="jf-scroll"
        tabindex={0}
        aria-label={say('simulator.inspector.title')}
      >
        <p class="jf-hint">{say('simulator.inspector.empty')}</p>
        <ol id="exchanges" class="jf-exchanges">
          {exchanges.map((exchange) => (
            <ExchangeItem exchange={exchange} view={view} />
          ))}
        </ol>
      </section>
    </>
  );
}
