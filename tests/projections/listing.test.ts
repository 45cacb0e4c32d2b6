import { expect } from 'chai';
import fc from 'fast-check';
import { CatalogQueries } from '../../src/projections/catalog/catalog-queries.js';
import { type Comparison, holds, type Operator } from '../../src/projections/comparison.js';
import { cursorOf, type Order, placeOf } from '../../src/projections/listing.js';
import { InvalidCursor } from '../../src/projections/page.js';
import { DATABASES, ReadSide } from './read-side.js';

const RUNS = 60;

type Field = 'id' | 'name' | 'created' | 'updated';

/** Each is its name, and two times; many have the same ones. */
interface Row {
  name: string;
  created: string;
  updated: string;
}

/** With what SQL's patterns and quotes would take for their own. */
const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', '%', '_', "'", '\\', 'é', '😀'), maxLength: 4 });
const time = fc.integer({ min: 0, max: 5 }).map((second) => `2026-07-15T00:00:0${second}.000Z`);
const rows: fc.Arbitrary<Row[]> = fc.array(fc.record({ name: text, created: time, updated: time }), { maxLength: 12 });

const someText = text.filter((value) => value !== '');
const onText: fc.Arbitrary<Comparison<Field>> = fc.oneof(
  fc.record({
    field: fc.constant('name' as const),
    operator: fc.constantFrom<Operator>('equals', 'contains', 'starts-with', 'ends-with'),
    values: fc.tuple(someText),
  }),
  fc.record({
    field: fc.constant('name' as const),
    operator: fc.constant('any' as const),
    values: fc.tuple(someText, someText),
  }),
);
const onTime: fc.Arbitrary<Comparison<Field>> = fc.record({
  field: fc.constantFrom('created' as const, 'updated' as const),
  operator: fc.constantFrom<Operator>('equals', 'greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'),
  values: fc.tuple(time),
});
const where = fc.array(fc.oneof(onText, onTime), { maxLength: 2 });

const order: fc.Arbitrary<Order<Field>> = fc.record({
  by: fc.constantFrom<Field>('id', 'name', 'created', 'updated'),
  descending: fc.boolean(),
});

/** As both databases sort texts: by code points. */
const compareTexts = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

for (const kind of DATABASES) {
  describe(`Lists in ${kind}`, () => {
    let side: ReadSide;
    let queries: CatalogQueries;

    before(async () => {
      side = await ReadSide.make(kind);
      queries = new CatalogQueries(side.database.reader);
    });
    after(() => side.remove());

    async function fill(given: readonly Row[]): Promise<(Row & { id: string })[]> {
      const { writer } = side.database;
      await writer.deleteFrom('catalog').execute();
      const listed = given.map((row, position) => ({ ...row, id: `list-${position}` }));
      if (listed.length === 0) return listed;
      const values = listed.map(({ id, name, created, updated }, position) => {
        const times = { created_at: created, updated_at: updated };
        return { id, kind: 'list' as const, name, definition: null, populated: 1, ...times, position };
      });
      await writer.insertInto('catalog').values(values).execute();
      return listed;
    }

    it('show, page by page, what meets all conditions, in the order that is asked for', () =>
      fc.assert(
        fc.asyncProperty(rows, where, order, fc.integer({ min: 1, max: 4 }), async (given, where, order, size) => {
          const listed = await fill(given);
          const right = listed
            .filter((row) => where.every((comparison) => holds(row[comparison.field], comparison)))
            .sort((a, b) => compareTexts(a[order.by], b[order.by]) || listed.indexOf(a) - listed.indexOf(b));
          if (order.descending) right.reverse();
          const seen: string[] = [];
          let cursor: string | undefined;
          do {
            const page = await queries.entries('list', { size, cursor, where, order });
            expect(page.items.length).to.be.at.most(size);
            seen.push(...page.items.map(({ id }) => id));
            cursor = page.nextCursor;
          } while (cursor !== undefined);
          expect(seen).to.deep.equal(right.map(({ id }) => id));
        }),
        { numRuns: RUNS },
      ));

    it('stay where they are while things are added', async () => {
      await fill([1, 2, 3].map((n) => ({ name: `${n}`, created: `2026-07-15T00:00:0${n}.000Z`, updated: '2026' })));
      const first = await queries.entries('list', { size: 2 });
      expect(first.items.map(({ name }) => name)).to.deep.equal(['3', '2']);
      const times = { created_at: '2026-07-15T00:00:09.000Z', updated_at: '2026' };
      const added = { id: 'added', kind: 'list' as const, name: 'added', definition: null, populated: 1, ...times };
      await side.database.writer
        .insertInto('catalog')
        .values({ ...added, position: 9 })
        .execute();
      const second = await queries.entries('list', { size: 2, cursor: first.nextCursor });
      expect(second.items.map(({ name }) => name)).to.deep.equal(['1']);
      expect(second.nextCursor).to.equal(undefined);
    });
  });
}

describe("A list's cursor", () => {
  const byName: Order = { by: 'name', descending: false };

  it('is the place that it was made of, in the order that it was made in', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.maxSafeNat(), order, order, (key, position, given, other) => {
        const place = { key: key.replaceAll('\0', ''), position };
        const cursor = cursorOf(given, place);
        expect(placeOf(cursor, given)).to.deep.equal(place);
        if (given.by === other.by && given.descending === other.descending) return;
        expect(() => placeOf(cursor, other)).to.throw(InvalidCursor);
      }),
    ));

  it('is refused where no page gave it', () => {
    const spelled = (document: unknown) => Buffer.from(JSON.stringify(document)).toString('base64url');
    for (const cursor of [
      ...['', 'x', '1', 'cG9zaXRpb246MQ'],
      ...[null, [], ['name'], ['name', 'a'], ['name', 1, 1], ['name', 'a', '1'], ['name', 'a', 1.5]].map(spelled),
      ...[['name', 'a', 1, 1], ['name', 'a\0', 1], ['-name', 'a', 1], { 0: 'name', 1: 'a', 2: 1 }].map(spelled),
    ]) {
      expect(() => placeOf(cursor, byName), cursor).to.throw(InvalidCursor);
    }
    expect(placeOf(spelled(['name', 'a', 1]), byName)).to.deep.equal({ key: 'a', position: 1 });
  });
});
