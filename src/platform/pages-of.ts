const PAGE = 500;

/** A cursor in pages, so that one question can be asked for many documents. */
export async function* pagesOf<Document>(
  cursor: AsyncIterable<Document>,
): AsyncGenerator<readonly Document[]> {
  let page: Document[] = [];
  for await (const document of cursor) {
    page.push(document);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
