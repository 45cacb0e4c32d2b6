import { join } from 'node:path';
import { expect } from 'chai';
import { AggregateStore } from '../../src/application/aggregate-store.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { ConcurrencyConflict, type EventStore } from '../../src/application/ports/event-store.js';
import type { Decider, DomainEvent } from '../../src/domain/kernel/decider.js';
import { RuleViolation } from '../../src/domain/kernel/rule-violation.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { RandomIds } from '../../src/infrastructure/system/random-ids.js';
import { ManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A till that holds at most ten coins. */
type TillEvent = DomainEvent<'CoinsTaken', { coins: number }>;
type TillCommand = { take: number };
const till: Decider<TillCommand, TillEvent, { coins: number }> = {
  initialState: { coins: 0 },
  evolve: (state, event) => ({ coins: state.coins + event.data.coins }),
  decide({ take }, state) {
    if (state.coins + take > 10) throw new RuleViolation('till_full', 'The till holds ten coins.');
    return take === 0 ? [] : [{ type: 'CoinsTaken', data: { coins: take } }];
  },
};

const context: CommandContext = {
  actor: { kind: 'cli', id: 'test', name: 'test' },
  correlationId: 'correlation',
  causationId: 'cause',
};

describe('The aggregate store', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let eventStore: EventStore;
  let mine: AggregateStore;
  let theirs: AggregateStore;

  beforeEach(() => {
    folder = temporaryFolder();
    eventStore = SqliteEventStore.open(join(folder.path, 'events.db'));
    const clock = new ManualClock('2026-01-01T00:00:00.000Z');
    mine = new AggregateStore(eventStore, clock, new RandomIds());
    theirs = new AggregateStore(eventStore, clock, new RandomIds());
  });
  afterEach(async () => {
    await eventStore.close();
    folder.remove();
  });

  it('records what was decided, with its context and time', async () => {
    const { result, position } = await mine.execute(till, 'till-1', { take: 3 }, context);
    expect(result).to.deep.equal({ coins: 3 });
    const [event] = await eventStore.readStream('till-1');
    expect(event).to.deep.include({ type: 'CoinsTaken', data: { coins: 3 }, revision: 0, position });
    expect(event?.metadata).to.deep.equal({ ...context, time: '2026-01-01T00:00:00.000Z', schemaVersion: 1 });
  });

  it('records events in the newest version of their type', async () => {
    const upcasts = { CoinsTaken: [(data: object) => data, (data: object) => data] };
    const newer = SqliteEventStore.open(join(folder.path, 'newer.db'), { upcasts });
    const store = new AggregateStore(newer, new ManualClock(), new RandomIds(), upcasts);
    await store.execute(till, 'till-1', { take: 1 }, context);
    expect((await newer.readStream('till-1'))[0]?.metadata.schemaVersion).to.equal(3);
    await newer.close();
  });

  it('appends each event once: a remembered stream brings none of its own into the next piece of work', async () => {
    const appended: number[] = [];
    const appendMany = eventStore.appendMany.bind(eventStore);
    eventStore.appendMany = (appends) => {
      appended.push(...appends.map(({ events }) => events.length));
      return appendMany(appends);
    };
    for (let n = 0; n < 3; n++) await mine.execute(till, 'till-1', { take: 1 }, context);
    expect(appended).to.deep.equal([1, 1, 1]);
  });

  it('decides anew on the true state when somebody else was quicker', async () => {
    await mine.execute(till, 'till-1', { take: 1 }, context);
    await theirs.execute(till, 'till-1', { take: 5 }, context);
    expect((await mine.execute(till, 'till-1', { take: 2 }, context)).result).to.deep.equal({ coins: 8 });
  });

  it('refuses by the true state, not by a remembered one', async () => {
    await mine.execute(till, 'till-1', { take: 6 }, context);
    await theirs.execute(till, 'till-1', { take: 4 }, context);
    let refused: unknown;
    await mine.execute(till, 'till-1', { take: 4 }, context).catch((error) => {
      refused = error;
    });
    expect(refused).to.be.instanceOf(RuleViolation);
    expect(await mine.load(till, 'till-1')).to.deep.equal({ coins: 10 });
  });

  it('sees what others did when there is nothing to decide', async () => {
    await mine.execute(till, 'till-1', { take: 1 }, context);
    await theirs.execute(till, 'till-1', { take: 5 }, context);
    expect((await mine.execute(till, 'till-1', { take: 0 }, context)).result).to.deep.equal({ coins: 6 });
  });

  it('loses nothing when many commands meet on one stream', async () => {
    const takers = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? mine : theirs));
    await Promise.all(takers.map((taker) => taker.execute(till, 'till-1', { take: 1 }, context)));
    expect(await mine.load(till, 'till-1')).to.deep.equal({ coins: 10 });
    const revisions = (await eventStore.readStream('till-1')).map(({ revision }) => revision);
    expect(revisions).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('lets each of many that meet on one stream have its turn', async () => {
    const counter: typeof till = { ...till, decide: ({ take }) => [{ type: 'CoinsTaken', data: { coins: take } }] };
    await Promise.all(Array.from({ length: 100 }, () => mine.execute(counter, 'till-1', { take: 1 }, context)));
    expect(await theirs.load(till, 'till-1')).to.deep.equal({ coins: 100 });
  });

  it('appends a piece of work over many streams as a whole, or not at all', async () => {
    let refused: unknown;
    await mine
      .transact(context, async (work) => {
        await work.decide(till, 'till-1', { take: 5 });
        await work.decide(till, 'till-1', { take: 5 });
        await work.decide(till, 'till-2', { take: 11 });
      })
      .catch((error) => {
        refused = error;
      });
    expect(refused).to.be.instanceOf(RuleViolation);
    expect(await eventStore.readStream('till-1')).to.deep.equal([]);

    await mine.transact(context, async (work) => {
      await work.decide(till, 'till-1', { take: 5 });
      await work.decide(till, 'till-1', { take: 5 });
      await work.decide(till, 'till-2', { take: 1 });
    });
    expect(await theirs.load(till, 'till-1')).to.deep.equal({ coins: 10 });
    expect(await theirs.load(till, 'till-2')).to.deep.equal({ coins: 1 });
  });

  it('looks only after a conflict where a stream is most likely new, and then decides on what it finds', async () => {
    await theirs.execute(till, 'till-1', { take: 4 }, context);
    const { result } = await mine.transact(context, (work) => work.decideNew(till, 'till-1', { take: 1 }));
    expect(result).to.deep.equal({ coins: 5 });
  });

  it('decides anew where something that it only looked at was changed by somebody else', async () => {
    await mine.execute(till, 'till-1', { take: 1 }, context);
    await theirs.execute(till, 'till-1', { take: 5 }, context);
    const copy = () =>
      mine.transact(context, async (work) => {
        const { coins } = await work.load(till, 'till-1');
        return work.decide(till, 'till-2', { take: coins });
      });
    expect((await copy()).result).to.deep.equal({ coins: 6 });
    expect((await eventStore.readStream('till-1')).map(({ revision }) => revision)).to.deep.equal([0, 1]);
  });

  it('answers with the position of its own last event', async () => {
    const { position: before } = await mine.execute(till, 'till-1', { take: 1 }, context);
    const { position } = await mine.transact(context, async (work) => {
      await work.decide(till, 'till-2', { take: 1 });
      await work.load(till, 'till-1');
    });
    expect(position).to.be.greaterThan(before);
    expect((await mine.execute(till, 'till-1', { take: 0 }, context)).position).to.equal(-1);
  });

  it('passes a conflict on that never ends', async () => {
    let tries = 0;
    let refused: unknown;
    await mine
      .transact(context, async (work) => {
        tries++;
        await work.decide(till, 'till-1', { take: 0 });
        await theirs.execute(till, 'till-1', { take: 0.1 }, context);
        return work.decide(till, 'till-1', { take: 0.1 });
      })
      .catch((error) => {
        refused = error;
      });
    expect(refused).to.be.instanceOf(ConcurrencyConflict);
    expect(tries).to.equal(10);
  });
});
