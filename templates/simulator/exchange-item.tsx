import type { ShownExchange } from '../../src/simulator/page/shown-exchanges.ts';
import type { FaultKind } from '../../src/simulator/world/faults.ts';
import type { View } from './view.ts';

interface ExchangeItemProps {
  readonly exchange: ShownExchange;
  readonly view: Pick<View, 'say'>;
}

/** What a switch made go wrong, in words. */
const FAULTS = {
  delay: 'simulator.fault.delay',
  silence: 'simulator.fault.silence',
  reset: 'simulator.fault.reset',
  lost: 'simulator.fault.lost',
  status: 'simulator.fault.status',
  html: 'simulator.fault.html',
  empty: 'simulator.fault.empty',
  errcode: 'simulator.fault.errcode',
  token: 'simulator.fault.token',
  'no-event': 'simulator.fault.no_event',
  duplicate: 'simulator.fault.duplicate',
  reorder: 'simulator.fault.reorder',
  signature: 'simulator.fault.signature',
  skew: 'simulator.fault.skew',
} as const satisfies Record<FaultKind, string>;

/** One request and its answer: a line that unfolds into what went over the wire. */
export function ExchangeItem({ exchange, view: { say } }: ExchangeItemProps) {
  const { direction, about, status, errcode, attempt, problem, fault, ms, isBad } = exchange;
  const kind = direction === 'push' ? 'simulator.inspector.pushes' : 'simulator.inspector.calls';
  return (
    <li data-kind={direction} data-bad={isBad}>
      <details>
        <summary>
          <span class="jf-badge">{say(kind)}</span> <b>{about}</b>{' '}
          <span class={isBad ? 'jf-facts jf-bad' : 'jf-facts'}>
            {errcode === 0 ? status : errcode} · {say('simulator.inspector.took', { ms })}
            {attempt > 1 ? ` · ${say('simulator.inspector.attempt', { n: attempt })}` : null}
          </span>
          {problem ? (
            <span class="jf-bad jf-why">{say(`simulator.problem.${problem}`)}</span>
          ) : null}
          {fault ? (
            <span class="jf-bad jf-why">
              {say('simulator.fault.played', { what: say(FAULTS[fault]) })}
            </span>
          ) : null}
        </summary>
        <Wire exchange={exchange} view={{ say }} />
      </details>
    </li>
  );
}

function Wire({ exchange, view: { say } }: ExchangeItemProps) {
  const { url, request, response, plainRequest, plainResponse } = exchange;
  const plain = `（${say('simulator.inspector.plain')}）`;
  const sealed = `（${say('simulator.inspector.sealed')}）`;
  const asked = say('simulator.inspector.request');
  const answered = say('simulator.inspector.response');
  return (
    <>
      <p class="jf-url">{url}</p>
      <Text title={plainRequest ? asked + plain : asked} text={plainRequest ?? request} />
      <Text title={plainResponse ? answered + plain : answered} text={plainResponse ?? response} />
      {plainRequest ? <Text title={asked + sealed} text={request} /> : null}
      {plainResponse ? <Text title={answered + sealed} text={response} /> : null}
    </>
  );
}

function Text({ title, text }: { readonly title: string; readonly text: string }) {
  if (text === '') return null;
  return (
    <>
      <h3>{title}</h3>
      <pre>{text}</pre>
    </>
  );
}
