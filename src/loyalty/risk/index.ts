/** 风控: who may not use points for now, and what was taken from whom. */
export { type AccountStory, accountStory, type OpenDelivery } from './account-story.ts';
export { forfeit } from './forfeit.ts';
export { freeze } from './freeze.ts';
export { type SanctionInput, statusOf } from './impose.ts';
export { listSanctions, type SanctionPage } from './list-sanctions.ts';
export { checkedName, checkedReason, isSamePerson } from './name-and-reason.ts';
export { orRefuse } from './or-refuse.ts';
export { relayOutbox } from './relay-outbox.ts';
export { restore } from './restore.ts';
export type { Sanction, SanctionDecided, SanctionId, SanctionVerb } from './sanction.model.ts';
export { bookSanction, settleSanction } from './settle-sanction.ts';
export { unbookedSanctions } from './unbooked-sanctions.ts';
export { unfreeze } from './unfreeze.ts';
