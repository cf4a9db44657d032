import * as members from '../loyalty/members/index.ts';
import type { Migration } from '../platform/migrations.ts';

/** What lifts documents of earlier versions, in the order in which it is applied. */
export const migrations: readonly Migration[] = [members.membersToVersion2];
