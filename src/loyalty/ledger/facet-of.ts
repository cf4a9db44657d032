import { facetIn } from './account-book.ts';
import type { Facet } from './book.ts';
import type { Engine } from './engine.ts';
import type { AccountId } from './points.ts';

export async function facetOf<State extends object>(
  { store }: Engine,
  accountId: AccountId,
  facet: Facet<State>,
): Promise<State> {
  const account = await store.account(accountId);
  return account ? facetIn(account, facet) : facet.initial;
}
