import { counter } from '../platform/metrics.ts';
import type { NoticeChannel } from './channels/channel.ts';
import type { AnyNoticeKind, Delivery, NoticeStatus } from './notice.model.ts';

const settled = counter({
  name: 'jifenwu_notices_total',
  help: 'Notices by kind, by what became of them, and by the way that decided it',
  labels: ['kind', 'outcome', 'channel'],
});
const stops = counter({
  name: 'jifenwu_notice_stops_total',
  help: 'How often the platform made us stop a kind of notice on one way',
  labels: ['kind', 'channel'],
});
const reports = counter({
  name: 'jifenwu_delivery_reports_total',
  help: 'Reports of deliveries by way, by what they were found to be about, and by what they say',
  labels: ['channel', 'about', 'result'],
});

/** Counts a notice that has come to rest, or waits for its follower. */
export function countNotice(counted: {
  readonly kind: AnyNoticeKind;
  readonly outcome: NoticeStatus;
  readonly channel: NoticeChannel | 'none';
}): void {
  settled.add(counted);
}

export function countStop(counted: {
  readonly kind: AnyNoticeKind;
  readonly channel: NoticeChannel;
}): void {
  stops.add(counted);
}

/**
 * Counts what the platform reported of one message. `repeated`: it had been reported before; `nothing`:
 * no message of ours is known that it can mean; `ambiguous`: more than one is.
 */
export function countReport(counted: {
  readonly channel: 'template' | 'subscription';
  readonly about: 'notice' | 'broadcast' | 'repeated' | 'ambiguous' | 'nothing';
  readonly result: Delivery;
}): void {
  reports.add(counted);
}
