/** One page of things, and the cursor that the next one begins at; undefined on the last page. */
export interface Page<Item> {
  items: readonly Item[];
  nextCursor: string | undefined;
}

export interface PageRequest {
  /** Things on a page at the most; from 1. */
  size: number;
  /** {@link Page.nextCursor} of the page before; the first page without it. */
  cursor?: string | undefined;
}

/** A cursor that no page gave, or one in another order. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';

  constructor() {
    super('This cursor is not one that a page in this order gave; begin again without it.');
  }
}

/**
 * The page of rows that are ordered by their position: a cursor is the last one's, so that pages stay where they are while
 * things are added. It is spelled so that nobody takes it for a number to count with.
 *
 * @param rows one more than the page holds, where there are more
 */
export function pageOf<Row extends { position: number }, Item>(
  rows: readonly Row[],
  size: number,
  view: (row: Row) => Item,
): Page<Item> {
  const last = rows.length > size ? rows[size - 1] : undefined;
  const nextCursor = last && Buffer.from(`position:${last.position}`).toString('base64url');
  return { items: rows.slice(0, size).map(view), nextCursor };
}

/** @throws InvalidCursor */
export function positionOf(cursor: string): number {
  const [, position] = /^position:(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (position === undefined) throw new InvalidCursor();
  return Number(position);
}
