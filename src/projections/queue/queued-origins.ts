import { sql } from 'kysely';

/**
 * `with recursive origins(origin)`: each origin that something is queued for, and null at the end. It jumps through the index from
 * origin to origin: grouping would read all of what waits for an origin that is down.
 */
export const QUEUED_ORIGINS = sql`
  with recursive origins(origin) as (
    select min(origin) from delivery_queue
    union all
    select (select min(origin) from delivery_queue where delivery_queue.origin > origins.origin)
    from origins where origins.origin is not null
  )`;
