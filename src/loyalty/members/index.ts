export {
  type Address,
  addressOf,
  maskedAddress,
  openAddress,
  setAddress,
} from './address.ts';
export { type Enrolment, enrol } from './enrol.ts';
export { findMember, getMember } from './find-member.ts';
export { leave } from './leave.ts';
/** Gives members of the first form what the second one has. */
export { membersToVersion2 } from './lift-member.ts';
export type { Language, Member } from './member.model.ts';
export { setLanguage, switchNotices } from './preferences.ts';
