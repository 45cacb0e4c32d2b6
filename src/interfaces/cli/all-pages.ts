import type { Page, PageRequest } from '../../projections/page.js';

const SIZE = 100;

/** The things of one page after the other, up to a number of them. */
export async function* allPages<Item>(
  pageAt: (request: PageRequest) => Promise<Page<Item>>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Item> {
  let cursor: string | undefined;
  for (let left = limit; left > 0; ) {
    const page = await pageAt({ size: Math.min(SIZE, left), cursor });
    yield* page.items;
    left -= page.items.length;
    cursor = page.nextCursor;
    if (cursor === undefined) return;
  }
}
