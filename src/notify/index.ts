export type { NoticeKind } from './notice.model.ts';
export { loadNoticeForms, type NoticeForm } from './notice-forms.ts';
export { recordDelivery } from './record-delivery.ts';
export { seeEntries } from './see-entries.ts';
export { type NoticeSender, sendNotices } from './send-notices.ts';
export { type SyncedNotice, syncNotices } from './sync-notices.ts';
export { tellCode } from './tell-code.ts';
export { tellShipped } from './tell-member.ts';
