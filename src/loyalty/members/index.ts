export {
  type Address,
  addressOf,
  maskedAddress,
  openAddress,
  setAddress,
} from './address.ts';
export type { ArrivalCode } from './arrival-code.model.ts';
export {
  type CodeRequest,
  codeNameOf,
  findCode,
  keepCode,
  listSources,
  type MadeCode,
  type SourceCount,
} from './arrival-codes.ts';
export { type Enrolment, enrol } from './enrol.ts';
export { findMember, getMember } from './find-member.ts';
export { leave } from './leave.ts';
/** Gives members of the first form what the second one has. */
export { membersToVersion2 } from './lift-member.ts';
/** Many members at once, in pages of flat memory. */
export {
  type Addressee,
  countMembers,
  listMembers,
  type MembersPage,
  type MembersWhere,
  memberIdsOf,
  membersOf,
} from './list-members.ts';
export type { Language, Member } from './member.model.ts';
export { setLanguage, switchNotices } from './preferences.ts';
