import { expect } from 'chai';
import fc from 'fast-check';
import {
  type AppendResult,
  BEFORE_ALL,
  ConcurrencyConflict,
  type EventBatch,
  type EventStore,
  EventStoreUnusable,
  type ExpectedRevision,
  type NewEvent,
  type ReadAllOptions,
  type RecordedEvent,
  type StreamAppend,
} from '../../src/application/ports/event-store.js';
import type { Upcasts } from '../../src/application/ports/upcaster.js';
import { jsonObject } from '../support/arbitraries.js';
import { eventOfVersion, newEvent, newEvents } from './new-event.js';
import { rejection } from './rejection.js';

/** The data of one store, which handles are opened on. */
export interface EventStoreData {
  /** Opens one more handle, as another process would, or as this one does after a restart. */
  open(options?: { upcasts?: Upcasts }): Promise<EventStore>;
  /** Removes the data; every handle is closed by then. */
  remove(): Promise<void>;
}

/**
 * What the port promises, held against an adapter. Nothing here knows how events are kept.
 * @param newData makes the data of a new, empty store
 * @param atomic which of its two promises the adapter gives for `appendMany`: all or nothing, or in order up to the one refused
 */
export function describeEventStoreContract(
  adapter: string,
  newData: () => Promise<EventStoreData>,
  { atomic }: { atomic: boolean } = { atomic: true },
): void {
  describe(`The event store contract: ${adapter}`, () => {
    let data: EventStoreData;
    let handles: EventStore[];
    let store: EventStore;

    const open = async (options: { upcasts?: Upcasts } = {}): Promise<EventStore> => {
      const handle = await data.open(options);
      handles.push(handle);
      return handle;
    };
    const begin = async (): Promise<void> => {
      data = await newData();
      handles = [];
      store = await open();
    };
    const end = async (): Promise<void> => {
      await Promise.all(handles.map((handle) => handle.close()));
      await data.remove();
    };
    /** As mocha's hooks, for each run of a property. */
    const onNewData = async (check: () => Promise<void>): Promise<void> => {
      await end();
      await begin();
      await check();
    };

    beforeEach(begin);
    afterEach(end);

    describe('append', () => {
      it("counts a stream's revisions from 0, and positions upwards over all streams", async () => {
        const first = await store.append('a', 'no-stream', newEvents(2));
        const second = await store.append('b', 'no-stream', newEvents(1));
        const third = await store.append('a', 1, newEvents(3));
        expect([first.revision, second.revision, third.revision]).to.deep.equal([1, 0, 4]);
        expect([first.stream, second.stream, third.stream]).to.deep.equal(['a', 'b', 'a']);
        const all = await everything(store);
        expect(all.map(({ stream, revision }) => `${stream} ${revision}`)).to.deep.equal([
          'a 0',
          'a 1',
          'b 0',
          'a 2',
          'a 3',
          'a 4',
        ]);
        expectRising(all);
        expect([all[1]?.position, all[2]?.position, all[5]?.position]).to.deep.equal([
          first.position,
          second.position,
          third.position,
        ]);
        expect(all[0]?.position).to.be.greaterThan(BEFORE_ALL);
      });

      it('takes any revision where any is expected', async () => {
        expect((await store.append('a', 'any', newEvents(1))).revision).to.equal(0);
        expect((await store.append('a', 'any', newEvents(2))).revision).to.equal(2);
      });

      const refused: readonly [string, number, ExpectedRevision][] = [
        ['a stream that must not exist, and does', 2, 'no-stream'],
        ['a stream that is further than expected', 3, 1],
        ['a stream that is not as far as expected', 2, 2],
        ['a stream that does not exist, and should', 0, 0],
      ];
      for (const [what, length, expected] of refused) {
        it(`refuses ${what}, and writes nothing`, async () => {
          if (length > 0) await store.append('a', 'no-stream', newEvents(length));
          const before = await everything(store);
          const conflict = await rejection(store.append('a', expected, newEvents(2)), ConcurrencyConflict);
          expect({ stream: conflict.stream, expected: conflict.expected, actual: conflict.actual }).to.deep.equal({
            stream: 'a',
            expected,
            actual: length - 1,
          });
          expect(await everything(store)).to.deep.equal(before);
        });
      }

      it('answers an append of no events with where the stream stands', async () => {
        expect((await store.append('a', 'no-stream', [])).revision).to.equal(-1);
        const { position } = await store.append('a', 'no-stream', newEvents(2));
        await store.append('b', 'no-stream', newEvents(1));
        expect(await store.append('a', 1, [])).to.deep.equal({ stream: 'a', revision: 1, position });
        expect(await store.append('a', 'any', [])).to.deep.equal({ stream: 'a', revision: 1, position });
        await rejection(store.append('a', 0, []), ConcurrencyConflict);
        expect(await everything(store)).to.have.lengthOf(3);
      });

      it('keeps every JSON object, name and moment as it was given', async () => {
        const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !/[\p{Cc}\p{Cs}]/u.test(name));
        let streams = 0;
        await fc.assert(
          fc.asyncProperty(jsonObject, text, text, async (json, type, name) => {
            const stream = `stream-${streams++}-${name}`;
            const event = newEvent({ type, data: json });
            event.metadata.actor.name = name;
            const { position } = await store.append(stream, 'no-stream', [event]);
            expect(await store.readStream(stream)).to.deep.equal([{ ...event, stream, revision: 0, position }]);
          }),
        );
      });

      it('keeps data as JSON has it', async () => {
        const event = newEvent({ data: { at: new Date(0), nothing: undefined, list: [undefined, Number.NaN] } });
        await store.append('a', 'no-stream', [event]);
        const [read] = await store.readStream('a');
        expect(read?.data).to.deep.equal({ at: '1970-01-01T00:00:00.000Z', list: [null, null] });
      });

      it('refuses what is no JSON, alone: what is appended at the same time goes through', async () => {
        const loop: { itself?: object } = {};
        loop.itself = loop;
        const [before, bad, after] = await Promise.allSettled([
          store.append('a', 'any', newEvents(1)),
          store.append('a', 'any', [newEvent(), newEvent({ data: loop })]),
          store.append('a', 'any', newEvents(1)),
        ]);
        expect([before.status, bad.status, after.status]).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
        expect(await store.readStream('a')).to.have.lengthOf(2);
      });

      it('lets one win of those who expect the same revision at the same time', async () => {
        const other = await open();
        await store.append('a', 'no-stream', newEvents(1));
        const racing = [store, other, store, other].map((handle) => handle.append('a', 0, newEvents(2)));
        const outcomes = await Promise.allSettled(racing);
        const won = outcomes.filter(({ status }) => status === 'fulfilled');
        expect(won).to.have.lengthOf(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).to.be.instanceOf(ConcurrencyConflict);
        }
        expect(await store.readStream('a')).to.have.lengthOf(3);
      });

      it('lets a conflict fail alone: what is appended at the same time goes through', async () => {
        await store.append('a', 'no-stream', newEvents(1));
        const [first, conflict, last] = await Promise.allSettled([
          store.append('b', 'no-stream', newEvents(1)),
          store.append('a', 'no-stream', newEvents(1)),
          store.append('c', 'no-stream', newEvents(1)),
        ]);
        expect([first.status, conflict.status, last.status]).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
        expect((await everything(store)).map(({ stream }) => stream).sort()).to.deep.equal(['a', 'b', 'c']);
      });
    });

    describe('append, the same events again', () => {
      const standing: readonly [string, ExpectedRevision, number][] = [
        ['a new stream', 'no-stream', 0],
        ['a revision', 1, 2],
        ['any revision', 'any', 2],
      ];
      for (const [what, expected, length] of standing) {
        it(`to ${what}: answers with where they stand and writes nothing, also after a restart`, async () => {
          if (length > 0) await store.append('a', 'no-stream', newEvents(length));
          const events = newEvents(3);
          const first = await store.append('a', expected, events);
          expect(await store.append('a', expected, events)).to.deep.equal(first);
          await store.append('a', length + 2, newEvents(2));
          await store.append('b', 'no-stream', newEvents(1));
          const before = await everything(store);

          expect(await store.append('a', expected, events)).to.deep.equal(first);
          const other = await open();
          expect(await other.append('a', expected, events)).to.deep.equal(first);
          await store.close();
          const reopened = await open();
          expect(await reopened.append('a', expected, events)).to.deep.equal(first);
          expect(await everything(reopened)).to.deep.equal(before);
        });
      }

      it('at the same time: they are written once', async () => {
        const events = newEvents(2);
        const other = await open();
        const answers = await Promise.all(
          [store, other, store].map((handle) => handle.append('a', 'no-stream', events)),
        );
        expect(answers[1]).to.deep.equal(answers[0]);
        expect(answers[2]).to.deep.equal(answers[0]);
        expect(await everything(store)).to.have.lengthOf(2);
      });

      it('is a conflict where they stand elsewhere, or not just these stand there', async () => {
        const [a, b, c] = newEvents(3) as [NewEvent, NewEvent, NewEvent];
        await store.append('a', 'no-stream', [a, b]);
        await rejection(store.append('a', 'no-stream', [b]), ConcurrencyConflict);
        await rejection(store.append('a', 'no-stream', [b, a]), ConcurrencyConflict);
        await rejection(store.append('a', 'no-stream', [a, c]), ConcurrencyConflict);
        await rejection(store.append('a', 'no-stream', [a, b, c]), ConcurrencyConflict);
        await rejection(store.append('a', 0, [a]), ConcurrencyConflict);
        // No revision at all.
        await rejection(store.append('a', -2, [a, b]), ConcurrencyConflict);
        expect((await store.readStream('a')).map(({ id }) => id)).to.deep.equal([a.id, b.id]);
      });

      it('as a part of those that were appended together: answers with where the part stands', async () => {
        const events = newEvents(3);
        await store.append('a', 'no-stream', events);
        const all = await store.readStream('a');
        const answer = await store.append('a', 'no-stream', events.slice(0, 2));
        expect(answer).to.deep.equal({ stream: 'a', revision: 1, position: all[1]?.position });
      });

      it('over many streams: answers with where all of them stand', async () => {
        const appends = [
          { stream: 'a', expectedRevision: 'no-stream', events: newEvents(2) },
          { stream: 'b', expectedRevision: 'no-stream', events: newEvents(1) },
          { stream: 'a', expectedRevision: 1, events: newEvents(1) },
        ] as const;
        const first = await store.appendMany(appends);
        expect(await store.appendMany(appends)).to.deep.equal(first);
        expect(await everything(store)).to.have.lengthOf(4);
      });
    });

    describe('appendMany', () => {
      it('writes to many streams in the order given, and answers for each', async () => {
        const answers = await store.appendMany([
          { stream: 'b', expectedRevision: 'no-stream', events: newEvents(2) },
          { stream: 'a', expectedRevision: 'no-stream', events: newEvents(1) },
          { stream: 'b', expectedRevision: 1, events: newEvents(1) },
          { stream: 'c', expectedRevision: 'any', events: newEvents(1) },
        ]);
        const all = await everything(store);
        expect(all.map(({ stream, revision }) => `${stream} ${revision}`)).to.deep.equal([
          'b 0',
          'b 1',
          'a 0',
          'b 2',
          'c 0',
        ]);
        const at = (index: number): number | undefined => all[index]?.position;
        expect(answers).to.deep.equal([
          { stream: 'b', revision: 1, position: at(1) },
          { stream: 'a', revision: 0, position: at(2) },
          { stream: 'b', revision: 2, position: at(3) },
          { stream: 'c', revision: 0, position: at(4) },
        ]);
      });

      it('answers no appends with no answers', async () => {
        expect(await store.appendMany([])).to.deep.equal([]);
      });

      it('says which of the two promises it gives', () => {
        expect(store.atomic).to.equal(atomic);
      });

      if (atomic) {
        it('writes nothing where one stream is not as expected, and names the first such', async () => {
          await store.append('b', 'no-stream', newEvents(2));
          const before = await everything(store);
          const conflict = await rejection(
            store.appendMany([
              { stream: 'a', expectedRevision: 'no-stream', events: newEvents(2) },
              { stream: 'b', expectedRevision: 0, events: newEvents(1) },
              { stream: 'c', expectedRevision: 5, events: newEvents(1) },
            ]),
            ConcurrencyConflict,
          );
          expect([conflict.stream, conflict.expected, conflict.actual]).to.deep.equal(['b', 0, 1]);
          expect(await everything(store)).to.deep.equal(before);
          expect((await store.append('a', 'no-stream', newEvents(1))).revision).to.equal(0);
          expectRising(await everything(store));
        });

        it('writes nothing where two of its own appends collide', async () => {
          const conflict = await rejection(
            store.appendMany([
              { stream: 'a', expectedRevision: 'no-stream', events: newEvents(1) },
              { stream: 'a', expectedRevision: 'no-stream', events: newEvents(1) },
            ]),
            ConcurrencyConflict,
          );
          expect(conflict.actual).to.equal(0);
          expect(await everything(store)).to.deep.equal([]);
        });

        it('leaves nothing behind of a refused one between others that go through', async () => {
          await store.append('b', 'no-stream', newEvents(1));
          const outcomes = await Promise.allSettled([
            store.append('a', 'any', newEvents(2)),
            store.appendMany([
              { stream: 'a', expectedRevision: 'any', events: newEvents(3) },
              { stream: 'b', expectedRevision: 'no-stream', events: newEvents(1) },
            ]),
            store.append('a', 'any', newEvents(1)),
          ]);
          expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
          const events = await store.readStream('a');
          expect(events.map(({ revision }) => revision)).to.deep.equal([0, 1, 2]);
        });
      } else {
        it('writes in the order given up to the first stream that is not as expected, and names that one', async () => {
          await store.append('b', 'no-stream', newEvents(2));
          const [before, refused, after] = [newEvents(2), newEvents(1), newEvents(1)];
          const conflict = await rejection(
            store.appendMany([
              { stream: 'a', expectedRevision: 'no-stream', events: before },
              { stream: 'b', expectedRevision: 0, events: refused },
              { stream: 'c', expectedRevision: 'no-stream', events: after },
              { stream: 'd', expectedRevision: 5, events: newEvents(1) },
            ]),
            ConcurrencyConflict,
          );
          expect([conflict.stream, conflict.expected, conflict.actual]).to.deep.equal(['b', 0, 1]);
          const all = await everything(store);
          expectRising(all);
          expect(all.map(({ stream, revision }) => `${stream} ${revision}`)).to.deep.equal([
            'b 0',
            'b 1',
            'a 0',
            'a 1',
          ]);
          expect(all.slice(2).map(({ id }) => id)).to.deep.equal(before.map(({ id }) => id));
        });

        it('completes what was begun when the same comes again, and answers for all of it', async () => {
          const appends: readonly StreamAppend[] = [
            { stream: 'a', expectedRevision: 'no-stream', events: newEvents(2) },
            { stream: 'b', expectedRevision: 'any', events: newEvents(1) },
            { stream: 'c', expectedRevision: 0, events: newEvents(2) },
            { stream: 'd', expectedRevision: 'no-stream', events: newEvents(1) },
          ];
          await rejection(store.appendMany(appends), ConcurrencyConflict);
          await store.append('c', 'no-stream', newEvents(1));
          const other = await open();
          const answers = await other.appendMany(appends);
          const all = await everything(store);
          expect(all.map(({ stream, revision }) => `${stream} ${revision}`)).to.deep.equal([
            'a 0',
            'a 1',
            'b 0',
            'c 0',
            'c 1',
            'c 2',
            'd 0',
          ]);
          const lastOf = (stream: string) => all.findLast((event) => event.stream === stream);
          for (const answer of answers) expect(lastOf(answer.stream)).to.include(answer);
          expect(await store.appendMany(appends)).to.deep.equal(answers);
          expect(await everything(store)).to.deep.equal(all);
        });

        it('writes nothing where a stream that is only asked for is not as expected, wherever it is named', async () => {
          await store.append('b', 'no-stream', newEvents(2));
          const before = await everything(store);
          const conflict = await rejection(
            store.appendMany([
              { stream: 'a', expectedRevision: 'no-stream', events: newEvents(1) },
              { stream: 'b', expectedRevision: 0, events: [] },
              { stream: 'c', expectedRevision: 5, events: [] },
            ]),
            ConcurrencyConflict,
          );
          expect([conflict.stream, conflict.expected, conflict.actual]).to.deep.equal(['b', 0, 1]);
          expect(await everything(store)).to.deep.equal(before);
        });

        it('asks for a stream that it writes to before as it is then', async () => {
          const answers = await store.appendMany([
            { stream: 'a', expectedRevision: 'no-stream', events: newEvents(2) },
            { stream: 'a', expectedRevision: 1, events: [] },
          ]);
          expect(answers[1]).to.deep.equal(answers[0]);
        });

        it('refuses what can not be kept before it writes anything', async () => {
          const loop: { itself?: object } = {};
          loop.itself = loop;
          const appending = store.appendMany([
            { stream: 'a', expectedRevision: 'any', events: newEvents(1) },
            { stream: 'b', expectedRevision: 'any', events: [newEvent({ data: loop })] },
          ]);
          await rejection(appending, Error);
          expect(await everything(store)).to.deep.equal([]);
        });
      }
    });

    describe('append, from two handles', () => {
      const streams = ['a', 'b', 'c'] as const;
      const step = fc.record({
        handle: fc.nat({ max: 1 }),
        appends: fc.array(
          fc.record({
            stream: fc.constantFrom(...streams),
            // The true revision, and what is off by some; or what needs no number.
            expected: fc.oneof(
              { weight: 3, arbitrary: fc.constant('right' as const) },
              { weight: 1, arbitrary: fc.constantFrom('any' as const, 'no-stream' as const, -1, 1) },
            ),
            count: fc.nat({ max: 3 }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        again: fc.boolean(),
      });

      it('one after another: does just what a list in memory does', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 15 }), (steps) =>
            onNewData(async () => {
              const pair = [store, await open()];
              const model = new Model();
              for (const { handle, appends, again } of steps) {
                const request = appends.map(({ stream, expected, count }): StreamAppend => {
                  const actual = model.revision(stream);
                  const expectedRevision =
                    expected === 'right' ? actual : typeof expected === 'number' ? actual + expected : expected;
                  return { stream, expectedRevision, events: newEvents(count) };
                });
                const predicted = model.appendMany(request, atomic);
                for (const by of again ? [handle, 1 - handle] : [handle]) {
                  const appending = (pair[by] as EventStore).appendMany(request);
                  if (predicted instanceof ConcurrencyConflict) {
                    const conflict = await rejection(appending, ConcurrencyConflict);
                    expect(conflict.message).to.equal(predicted.message);
                  } else {
                    const revisions = (await appending).map(({ stream, revision }) => `${stream} ${revision}`);
                    // An append of no events has no ids to know it by: sent again, it is one more.
                    if (by === handle) expect(revisions).to.deep.equal(predicted);
                  }
                  if (request.some(({ events }) => events.length === 0)) break;
                }
              }
              for (const handle of pair) {
                const all = await everything(handle);
                expectRising(all);
                expect(all.map(({ stream, revision, id }) => ({ stream, revision, id }))).to.deep.equal(model.log);
              }
            }),
          ),
          { numRuns: 40 },
        );
      });

      it('all at once: every answer is true, and nothing else is written', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) =>
            onNewData(async () => {
              const pair = [store, await open()];
              const requests = steps.map(({ handle, appends }) => ({
                handle: pair[handle] as EventStore,
                appends: appends.map(({ stream, expected, count }): StreamAppend => {
                  const expectedRevision = expected === 'right' || expected === 1 ? 'any' : expected;
                  return { stream, expectedRevision, events: newEvents(count) };
                }),
              }));
              const outcomes = await Promise.allSettled(
                requests.map(({ handle, appends }) => handle.appendMany(appends)),
              );

              const all = await everything(store);
              expectRising(all);
              for (const stream of streams) {
                const revisions = all.filter((event) => event.stream === stream).map(({ revision }) => revision);
                expect(revisions).to.deep.equal(revisions.map((_, index) => index));
              }
              const byId = new Map(all.map((event) => [event.id, event]));
              let written = 0;
              for (const [index, outcome] of outcomes.entries()) {
                const { appends } = requests[index] as (typeof requests)[number];
                if (outcome.status === 'rejected') {
                  expect(outcome.reason).to.be.instanceOf(ConcurrencyConflict);
                  // In the order given, up to one: what is after it, or refused itself, is not there, nor a part of it.
                  const found = appends.flatMap(({ events }) => events.map(({ id }) => byId.has(id)));
                  const standing = found.filter((stands) => stands).length;
                  expect(found.indexOf(false)).to.equal(found.length > standing ? standing : -1);
                  const ends = appends.map(
                    (_, last) => appends.slice(0, last + 1).flatMap(({ events }) => events).length,
                  );
                  expect(atomic ? [0] : [0, ...ends]).to.include(standing);
                  written += standing;
                  continue;
                }
                for (const [which, { stream, events }] of appends.entries()) {
                  const { revision, position } = outcome.value[which] as AppendResult;
                  written += events.length;
                  for (const [back, { id }] of events.toReversed().entries()) {
                    expect(byId.get(id)).to.include({ stream, revision: revision - back });
                    if (back === 0) expect(byId.get(id)?.position).to.equal(position);
                  }
                }
              }
              expect(all).to.have.lengthOf(written);
            }),
          ),
          { numRuns: 40 },
        );
      });

      it('loses nothing where many meet on one stream', async () => {
        const other = await open();
        const appends = Array.from({ length: 60 }, (_, index) =>
          (index % 3 === 0 ? other : store).append('a', 'any', newEvents(1)),
        );
        const revisions = (await Promise.all(appends)).map(({ revision }) => revision);
        expect(revisions.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 60 }, (_, index) => index));
      });
    });

    describe('reading a stream', () => {
      it('finds nothing in an unknown one', async () => {
        await store.append('a', 'no-stream', newEvents(1));
        expect(await store.readStream('b')).to.deep.equal([]);
        expect(await store.readStream('b', { direction: 'backwards' })).to.deep.equal([]);
      });

      it('gives the part asked for, in the order asked for', async () => {
        const events = newEvents(7);
        await store.append('other', 'no-stream', newEvents(3));
        await store.append('a', 'no-stream', events.slice(0, 4));
        await store.append('other', 2, newEvents(3));
        await store.append('a', 3, events.slice(4));
        const ids = events.map(({ id }) => id);
        const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
        const limits = optional(fc.oneof(fc.nat({ max: 9 }), fc.constant(Number.POSITIVE_INFINITY)));
        await fc.assert(
          fc.asyncProperty(fc.boolean(), optional(fc.nat({ max: 9 })), limits, async (backwards, from, limit) => {
            const read = await store.readStream('a', {
              ...(backwards ? { direction: 'backwards' } : {}),
              ...(from === undefined ? {} : { from }),
              ...(limit === undefined ? {} : { limit }),
            });
            const whole = backwards ? ids.slice(0, (from ?? ids.length) + 1).reverse() : ids.slice(from ?? 0);
            expect(read.map(({ id }) => id)).to.deep.equal(whole.slice(0, limit ?? ids.length));
            for (const { stream, revision, id } of read) {
              expect({ stream, id }).to.deep.equal({ stream: 'a', id: ids[revision] });
            }
          }),
        );
      });
    });

    describe('reading all', () => {
      it('gives nothing from an empty store, which has no head', async () => {
        expect(await Array.fromAsync(store.readAll())).to.deep.equal([]);
        expect(await store.headPosition()).to.equal(BEFORE_ALL);
      });

      it('gives what comes after a position, whatever the size of the batches', async () => {
        for (const stream of ['a', 'b', 'a', 'c', 'b']) await store.append(stream, 'any', newEvents(3));
        const all = await everything(store);
        expect(all).to.have.lengthOf(15);
        expect(await store.headPosition()).to.equal(all.at(-1)?.position);
        await fc.assert(
          fc.asyncProperty(
            fc.integer({ min: -1, max: 14 }),
            fc.integer({ min: 1, max: 20 }),
            async (from, batchSize) => {
              const after = all[from]?.position ?? BEFORE_ALL;
              const batches = await Array.fromAsync(store.readAll({ after, batchSize }));
              for (const batch of batches) expect(batch.length).to.be.within(1, batchSize);
              expect(batches.flat()).to.deep.equal(all.slice(from + 1));
            },
          ),
        );
      });

      it('goes on until the end as it is when the reading gets there', async () => {
        await store.append('a', 'no-stream', newEvents(4));
        const read: RecordedEvent[] = [];
        for await (const batch of store.readAll({ batchSize: 2 })) {
          if (read.length === 0) await store.append('b', 'no-stream', newEvents(3));
          read.push(...batch);
        }
        expect(read).to.have.lengthOf(7);
        expect(read).to.deep.equal(await everything(store));
      });

      it('refuses batches of no size', async () => {
        await rejection(everything(store, { batchSize: 0 }), RangeError);
      });

      it('finds after a restart all that was answered', async () => {
        await Promise.all(['a', 'b', 'c'].map((stream) => store.append(stream, 'no-stream', newEvents(5))));
        const before = await everything(store);
        expect(before).to.have.lengthOf(15);
        await store.close();
        expect(await everything(await open())).to.deep.equal(before);
      });
    });

    describe('subscribing', () => {
      /** Collects what is delivered until the position is reached. */
      const until = async (batches: AsyncIterable<EventBatch>, reached: () => boolean, seen: RecordedEvent[]) => {
        for await (const { events, position } of batches) {
          expect(events.length).to.be.greaterThan(0);
          expect(position).to.equal(events.at(-1)?.position);
          seen.push(...events);
          if (reached()) return;
        }
      };

      it('gives what stands there, then what comes, of this handle and of others', async () => {
        const other = await open();
        await store.append('a', 'no-stream', newEvents(3));
        const batches = store.subscribe({ signal: new AbortController().signal, batchSize: 2 })[Symbol.asyncIterator]();
        const seen: RecordedEvent[] = [];
        const take = async (count: number): Promise<void> => {
          while (seen.length < count) seen.push(...((await batches.next()).value as EventBatch).events);
        };
        await take(3);
        const waiting = take(5);
        await store.append('b', 'no-stream', newEvents(2));
        await waiting;
        const waitingForOthers = take(7);
        await other.append('c', 'no-stream', newEvents(2));
        await waitingForOthers;
        expect(seen).to.deep.equal(await everything(store));
        await batches.return?.();
      });

      it('has no gap and no double, from any position and in any batches, while appends go on', async () => {
        const parameters = fc.record({
          before: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }),
          during: fc.array(fc.tuple(fc.nat({ max: 1 }), fc.integer({ min: 1, max: 4 }), fc.nat({ max: 2 })), {
            minLength: 1,
            maxLength: 12,
          }),
          from: fc.nat({ max: 10 }),
          batchSize: fc.integer({ min: 1, max: 7 }),
        });
        await fc.assert(
          fc.asyncProperty(parameters, ({ before, during, from, batchSize }) =>
            onNewData(async () => {
              const pair = [store, await open()];
              for (const count of before) await store.append('a', 'any', newEvents(count));
              const after = (await everything(store))[from - 1]?.position ?? BEFORE_ALL;
              const seen: RecordedEvent[] = [];
              const { signal } = new AbortController();
              const reading = until(
                store.subscribe({ after, batchSize, signal }),
                () => seen.at(-1)?.stream === 'end',
                seen,
              );
              const appends = [];
              for (const [handle, count, turns] of during) {
                appends.push((pair[handle] as EventStore).append('b', 'any', newEvents(count)));
                for (let turn = 0; turn < turns; turn++) await new Promise((next) => setImmediate(next));
              }
              await Promise.all(appends);
              // The subscription may be at the end already, and would wait for ever: one more event ends it.
              await store.append('end', 'any', newEvents(1));
              await reading;
              expect(seen).to.deep.equal(await everything(store, { after }));
            }),
          ),
          { numRuns: 40 },
        );
      });

      it('reads the next batch when it is asked for', async () => {
        await store.append('a', 'no-stream', newEvents(1));
        const batches = store.subscribe({ signal: new AbortController().signal })[Symbol.asyncIterator]();
        const first = (await batches.next()).value as EventBatch;
        expect(first.events).to.have.lengthOf(1);
        for (let n = 0; n < 5; n++) await store.append('b', 'any', newEvents(1));
        const seen: RecordedEvent[] = [...first.events];
        while (seen.length < 6) seen.push(...((await batches.next()).value as EventBatch).events);
        expect(seen).to.deep.equal(await everything(store));
        await batches.return?.();
      });

      it('serves many at once, each at its own pace', async () => {
        const { signal } = new AbortController();
        const seen = Array.from({ length: 5 }, (): RecordedEvent[] => []);
        const reading = seen.map((mine, index) =>
          until(store.subscribe({ signal, batchSize: index + 1 }), () => mine.length === 12, mine),
        );
        for (let n = 0; n < 4; n++) await store.append('a', 'any', newEvents(3));
        await Promise.all(reading);
        const all = await everything(store);
        for (const mine of seen) expect(mine).to.deep.equal(all);
      });

      it('gives nothing where it is aborted already', async () => {
        await store.append('a', 'no-stream', newEvents(1));
        expect(await Array.fromAsync(store.subscribe({ signal: AbortSignal.abort() }))).to.deep.equal([]);
      });

      it('ends by the signal: while it waits, and between two batches', async () => {
        await store.append('a', 'no-stream', newEvents(3));
        const waiting = new AbortController();
        const batches = store.subscribe({ signal: waiting.signal })[Symbol.asyncIterator]();
        await batches.next();
        const next = batches.next();
        waiting.abort();
        expect((await next).done).to.equal(true);

        const busy = new AbortController();
        const seen: RecordedEvent[] = [];
        for await (const { events } of store.subscribe({ signal: busy.signal, batchSize: 1 })) {
          seen.push(...events);
          busy.abort();
        }
        expect(seen).to.have.lengthOf(1);
      });

      it('ends when the store is closed: while it waits, and between two batches', async () => {
        await store.append('a', 'no-stream', newEvents(3));
        const { signal } = new AbortController();
        const waiting = store.subscribe({ signal })[Symbol.asyncIterator]();
        await waiting.next();
        const next = waiting.next();
        const busy = store.subscribe({ signal, batchSize: 1 })[Symbol.asyncIterator]();
        await busy.next();
        await store.close();
        expect((await next).done).to.equal(true);
        expect((await busy.next()).done).to.equal(true);
      });
    });

    describe('upcasting', () => {
      const upcasts: Upcasts = {
        Renamed: [({ name }) => ({ fullName: name }), ({ fullName }) => ({ names: String(fullName).split(' ') })],
        // Names that every object inherits are types like any other.
        constructor: [(old: object) => ({ ...old, upcast: true })],
      };
      const written = [
        eventOfVersion(1, 'Renamed', { name: 'Ada Lovelace' }),
        eventOfVersion(2, 'Renamed', { fullName: 'Alan Turing' }),
        eventOfVersion(3, 'Renamed', { names: ['Grace', 'Hopper'] }),
        eventOfVersion(1, 'Untouched', { name: 'Ada Lovelace' }),
        eventOfVersion(1, 'toString', {}),
        eventOfVersion(1, 'constructor', {}),
      ];
      const asRead = [
        { version: 3, data: { names: ['Ada', 'Lovelace'] } },
        { version: 3, data: { names: ['Alan', 'Turing'] } },
        { version: 3, data: { names: ['Grace', 'Hopper'] } },
        { version: 1, data: { name: 'Ada Lovelace' } },
        { version: 1, data: {} },
        { version: 2, data: { upcast: true } },
      ];
      const shown = (events: readonly RecordedEvent[]) =>
        events.map(({ data: value, metadata }) => ({ version: metadata.schemaVersion, data: value }));

      it('shows old events as their newest version, however they are read', async () => {
        const newer = await open({ upcasts });
        await newer.append('a', 'no-stream', written);
        expect(shown(await newer.readStream('a'))).to.deep.equal(asRead);
        expect(shown(await newer.readStream('a', { direction: 'backwards' }))).to.deep.equal(asRead.toReversed());
        expect(shown(await everything(newer))).to.deep.equal(asRead);
        for await (const { events } of newer.subscribe({ signal: new AbortController().signal })) {
          expect(shown(events)).to.deep.equal(asRead);
          break;
        }
      });

      it('changes nothing but data and version', async () => {
        const newer = await open({ upcasts });
        const { position } = await newer.append('a', 'no-stream', written);
        const last = written.at(-1) as NewEvent;
        expect((await newer.readStream('a')).at(-1)).to.deep.equal({
          ...last,
          data: { upcast: true },
          metadata: { ...last.metadata, schemaVersion: 2 },
          stream: 'a',
          revision: 5,
          position,
        });
      });

      it('refuses an event of a version that it does not know, and says which', async () => {
        await store.append('a', 'no-stream', [newEvent(), eventOfVersion(2, 'Renamed', {})]);
        const { message } = await rejection(store.readStream('a'), EventStoreUnusable);
        expect(message).to.match(/Renamed .*stream a.* version 2.* up to 1/);
        await rejection(everything(store), EventStoreUnusable);
        const from = store.subscribe({ signal: new AbortController().signal })[Symbol.asyncIterator]();
        await rejection(from.next(), EventStoreUnusable);
      });
    });

    describe('closing', () => {
      it('ends the appends under way before', async () => {
        const appending = [store.append('a', 'any', newEvents(2)), store.append('a', 'any', newEvents(1))];
        await store.close();
        expect((await Promise.all(appending)).map(({ revision }) => revision)).to.deep.equal([1, 2]);
        expect(await everything(await open())).to.have.lengthOf(3);
      });

      it('refuses everything afterwards, except to be closed again', async () => {
        await store.append('a', 'no-stream', newEvents(1));
        await store.close();
        await store.close();
        const { message } = await rejection(store.append('a', 0, newEvents(1)), EventStoreUnusable);
        expect(message).to.match(/closed/);
        await rejection(store.readStream('a'), EventStoreUnusable);
        await rejection(everything(store), EventStoreUnusable);
        await rejection(store.headPosition(), EventStoreUnusable);
        expect(await everything(await open())).to.have.lengthOf(1);
      });
    });
  });
}

async function everything(store: EventStore, options: ReadAllOptions = {}): Promise<RecordedEvent[]> {
  return (await Array.fromAsync(store.readAll(options))).flat();
}

function expectRising(events: readonly RecordedEvent[]): void {
  for (const [index, { position }] of events.entries()) {
    expect(position).to.be.greaterThan(events[index - 1]?.position ?? BEFORE_ALL);
  }
}

/** What the contract says of appends, as a list in memory. */
class Model {
  readonly log: { stream: string; revision: number; id: string }[] = [];

  revision(stream: string): number {
    return this.log.filter((event) => event.stream === stream).length - 1;
  }

  /** @returns `stream revision` for each append, or the conflict that they fail by: all of them, or those from there on */
  appendMany(appends: readonly StreamAppend[], atomic: boolean): string[] | ConcurrencyConflict {
    const { length } = this.log;
    const answers: string[] = [];
    if (!atomic) {
      // What is only asked for comes first, unless it asks for what is written before it.
      const written = new Set<string>();
      for (const append of appends) {
        if (append.events.length > 0) written.add(append.stream);
        const conflict = written.has(append.stream) ? undefined : this.#conflict(append);
        if (conflict !== undefined) return conflict;
      }
    }
    for (const append of appends) {
      const conflict = this.#conflict(append);
      if (conflict !== undefined) {
        if (atomic) this.log.length = length;
        return conflict;
      }
      const { stream, events } = append;
      const actual = this.revision(stream);
      for (const [index, { id }] of events.entries()) this.log.push({ stream, revision: actual + 1 + index, id });
      answers.push(`${stream} ${actual + events.length}`);
    }
    return answers;
  }

  #conflict({ stream, expectedRevision }: StreamAppend): ConcurrencyConflict | undefined {
    const actual = this.revision(stream);
    const expected = expectedRevision === 'no-stream' ? -1 : expectedRevision;
    return expected === 'any' || expected === actual
      ? undefined
      : new ConcurrencyConflict(stream, expectedRevision, actual);
  }
}
