import type { Kysely } from 'kysely';
import type { DefinedSegment, SegmentDefinitions } from '../../application/ports/segment-definitions.js';
import type { ReadTables } from '../read-tables.js';

/** The segments that follow from conditions, in memory, since every change of a profile asks for them. */
export class SegmentIndex implements SegmentDefinitions {
  #segments: readonly DefinedSegment[] = [];

  constructor(private readonly db: Kysely<ReadTables>) {}

  all(): readonly DefinedSegment[] {
    return this.#segments;
  }

  /** Reads them anew; to be called whenever the catalog changed. */
  async reload(): Promise<void> {
    const rows = await this.db
      .selectFrom('catalog')
      .select(['id', 'name', 'definition'])
      .where('kind', '=', 'segment')
      .where('definition', 'is not', null)
      .orderBy('position')
      .execute();
    this.#segments = rows.map(({ id, name, definition }) => ({
      segmentId: id,
      name,
      definition: JSON.parse(definition ?? '') as DefinedSegment['definition'],
    }));
  }
}
