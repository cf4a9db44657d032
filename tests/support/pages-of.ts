/** All pages of a walk. */
export async function pagesOf<Page>(walk: AsyncIterable<Page>): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of walk) pages.push(page);
  return pages;
}
