import { type Expression, type SelectQueryBuilder, sql } from 'kysely';
import { type Comparison, conditionOn } from './comparison.js';
import { InvalidCursor, type Page, type PageRequest } from './page.js';
import type { ReadTables } from './read-tables.js';

/** What comes first. */
export interface Order<Field extends string = string> {
  by: Field;
  descending: boolean;
}

/** A page of a list that the caller filters and sorts. */
export interface ListRequest<Field extends string, Sortable extends string = Field> extends PageRequest {
  /** All of them have to hold. */
  where?: readonly Comparison<Field>[] | undefined;
  /** The list's own unless given. */
  order?: Order<Sortable> | undefined;
}

/** A list that can be filtered and sorted by fields. */
export interface Listing<Field extends string> {
  /** A field's column, or what is made of columns. Those that lists are sorted by are texts and never null. */
  fields: Readonly<Record<Field, string | Expression<unknown>>>;
  /** The column that differs in every row; it decides between rows that are equal in the order's field. */
  position: string;
  /** Where none is asked for. */
  order: Order<Field>;
}

/**
 * The page that is asked for. Its cursor is the last row's place in the order, so that pages stay where they are while things
 * are added; it holds the order too, since it means nothing in another one.
 *
 * @param query of all rows, neither sorted nor limited
 * @throws InvalidCursor
 */
export async function pageOfList<
  Tables extends keyof ReadTables,
  Row extends { position: number },
  Field extends string,
  Item,
>(
  query: SelectQueryBuilder<ReadTables, Tables, Row>,
  listing: Listing<Field>,
  { size, cursor, where = [], order = listing.order }: ListRequest<Field>,
  view: (row: Row) => Item,
): Promise<Page<Item>> {
  const columnOf = (field: Field): Expression<unknown> => {
    const column = listing.fields[field];
    return typeof column === 'string' ? sql.ref(column) : column;
  };
  const key = columnOf(order.by);
  const position = sql.ref(listing.position);
  const direction = order.descending ? 'desc' : 'asc';
  let selected = query
    .select(sql<string>`${key}`.as('sort_key'))
    .orderBy(key, direction)
    .orderBy(position, direction)
    .limit(size + 1);
  for (const comparison of where) selected = selected.where(conditionOn(columnOf(comparison.field), comparison));
  if (cursor !== undefined) {
    const after = placeOf(cursor, order);
    const beyond = sql.raw(order.descending ? '<' : '>');
    selected = selected.where(sql<boolean>`(${key}, ${position}) ${beyond} (${after.key}, ${after.position})`);
  }
  const rows = (await selected.execute()) as (Row & { sort_key: string })[];
  const last = rows.length > size ? rows[size - 1] : undefined;
  const nextCursor = last && cursorOf(order, { key: last.sort_key, position: Number(last.position) });
  return { items: rows.slice(0, size).map(view), nextCursor };
}

/** A row's place in an order. */
interface Place {
  key: string;
  position: number;
}

/** As callers write it: `-created`. */
const nameOf = ({ by, descending }: Order): string => (descending ? `-${by}` : by);

export const cursorOf = (order: Order, { key, position }: Place): string =>
  Buffer.from(JSON.stringify([nameOf(order), key, position])).toString('base64url');

/** @throws InvalidCursor where the cursor is none, or of another order */
export function placeOf(cursor: string, order: Order): Place {
  const parts = fromJson(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(parts) || parts.length !== 3) throw new InvalidCursor();
  const [name, key, position] = parts as unknown[];
  // PostgreSQL takes no text with a NUL.
  const isPlace = typeof key === 'string' && !key.includes('\0') && Number.isSafeInteger(position);
  if (name !== nameOf(order) || !isPlace) throw new InvalidCursor();
  return { key, position: position as number };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
