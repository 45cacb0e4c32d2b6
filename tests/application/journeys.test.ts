import { expect } from 'chai';
import type { ActionDefinition } from '../../src/application/commands/flows.js';
import type { Filter } from '../../src/domain/filter/filter.js';
import { definition, webhook } from '../support/flow-definition.js';
import { context, type FlowEngine, openFlowEngine } from './flow-engine.js';

const HOUR = 3_600_000;

const delay = (temporaryId: string, next: string | null, hours: number): ActionDefinition => ({
  temporaryId,
  type: 'time-delay',
  next,
  delay: { unit: 'hours', value: hours, timezone: 'profile' },
});
const isVip: Filter = {
  conditionGroups: [
    {
      conditions: [
        { type: 'profile-property', property: 'tier', filter: { type: 'string', operator: 'equals', value: 'vip' } },
      ],
    },
  ],
};
const split = (temporaryId: string, nextIfTrue: string | null, nextIfFalse: string | null): ActionDefinition => ({
  temporaryId,
  type: 'conditional-split',
  nextIfTrue,
  nextIfFalse,
  filter: isVip,
});
const name = '{"name": "{{ first_name }}", "order": {{ event.order }}}';

describe('A profile in a flow', () => {
  let engine: FlowEngine;
  beforeEach(async () => {
    engine = await openFlowEngine();
  });
  afterEach(() => engine.close());

  const order = () => ({ type: 'metric', id: engine.maker.metricId }) as const;
  const carryOut = async (): Promise<void> => {
    await engine.newTimers().carryOut();
    await engine.caughtUp();
  };
  const typesOf = async (prefix: string) =>
    (await engine.all()).filter(({ stream }) => stream.startsWith(prefix)).map(({ type }) => type);

  it('waits at a delay and then goes on, with the event that started it and with itself as it is by then', async () => {
    await engine.live(definition(order(), [webhook('a', 'd', name), delay('d', 'b', 2), webhook('b', null, name)]));
    await engine.profile('ana@example.com', { first_name: 'Ana' });
    await engine.placedOrder('ana@example.com', { order: 7 });
    expect(await engine.bodies()).to.deep.equal(['{"name": "Ana", "order": 7}']);
    expect(await engine.newTimers().nextDueAt()).to.equal(engine.clock.now() + 2 * HOUR);

    await engine.profile('ana@example.com', { first_name: 'Anne' });
    engine.clock.advance(2 * HOUR - 1);
    await carryOut();
    expect(await engine.bodies()).to.have.lengthOf(1);
    engine.clock.advance(1);
    await carryOut();
    expect(await engine.bodies()).to.deep.equal(['{"name": "Ana", "order": 7}', '{"name": "Anne", "order": 7}']);
    expect(await typesOf('journey-')).to.deep.equal(['JourneyWaiting', 'JourneyResumed', 'JourneyEnded']);
    expect(await engine.newTimers().nextDueAt()).to.equal(undefined);
  });

  it('is taken on once, whoever comes for it and however often', async () => {
    await engine.live(definition(order(), [delay('d', 'b', 1), webhook('b', null)]));
    for (let n = 0; n < 20; n++) await engine.placedOrder(`p${n}@example.com`, { order: n });
    engine.clock.advance(HOUR);
    const due = await engine.journeys.due(engine.clock.now(), 100);
    expect(due).to.have.lengthOf(20);
    await Promise.all([...due, ...due.toReversed()].map((id) => engine.process.resume(id)));
    await engine.caughtUp();
    await carryOut();
    expect(await engine.bodies()).to.have.lengthOf(20);
    expect((await typesOf('journey-')).filter((type) => type === 'JourneyEnded')).to.have.lengthOf(20);
  });

  it('waits at one delay after the other', async () => {
    await engine.live(
      definition(order(), [delay('d', 'a', 1), webhook('a', 'e'), delay('e', 'b', 5), webhook('b', null)]),
    );
    await engine.placedOrder('ana@example.com');
    engine.clock.advance(HOUR);
    await carryOut();
    expect(await engine.bodies()).to.have.lengthOf(1);
    // A timer that is behind takes nobody out of the second delay.
    const [journey] = (await engine.all()).filter(({ type }) => type === 'JourneyWaiting');
    await engine.process.resume((journey?.stream ?? '').slice('journey-'.length));
    expect(await engine.bodies()).to.have.lengthOf(1);
    engine.clock.advance(5 * HOUR);
    await carryOut();
    expect(await engine.bodies()).to.have.lengthOf(2);
  });

  it('takes its way at a split by what it is at that time', async () => {
    await engine.live(
      definition(order(), [
        delay('d', 's', 1),
        split('s', 'a', 'b'),
        webhook('a', null, '{"to": "vip"}'),
        webhook('b', null, '{"to": "all"}'),
      ]),
    );
    for (const one of ['ana', 'bob']) await engine.placedOrder(`${one}@example.com`);
    await engine.profile('bob@example.com', { properties: { tier: 'vip' } });
    engine.clock.advance(HOUR);
    await carryOut();
    expect((await engine.bodies()).sort()).to.deep.equal(['{"to": "all"}', '{"to": "vip"}']);
  });

  it('is not taken in where the flow is for others, nor on once it is for others', async () => {
    const flow = definition(order(), [webhook('a', 'd'), delay('d', 'b', 1), webhook('b', null)], {
      profileFilter: isVip,
    });
    await engine.live(flow);
    await engine.placedOrder('ana@example.com');
    expect(await engine.bodies()).to.have.lengthOf(0);
    await engine.profile('bob@example.com', { properties: { tier: 'vip' } });
    await engine.placedOrder('bob@example.com');
    expect(await engine.bodies()).to.have.lengthOf(1);
    await engine.profile('bob@example.com', { properties: { tier: 'none' } });
    engine.clock.advance(HOUR);
    await carryOut();
    expect(await engine.bodies()).to.have.lengthOf(1);
    const end = (await engine.all()).find(({ type }) => type === 'JourneyEnded');
    expect(end?.data).to.include({ reason: 'filtered_out' });
  });

  it('is taken in by events alone that the trigger filter matches', async () => {
    const filter: Filter = {
      conditionGroups: [
        {
          conditions: [
            {
              type: 'metric-property',
              metricId: engine.maker.metricId,
              field: 'country',
              filter: { type: 'string', operator: 'equals', value: 'DE' },
            },
          ],
        },
      ],
    };
    await engine.live(definition({ ...order(), filter }, [webhook('a', null)]));
    await engine.placedOrder('ana@example.com', { country: 'FR' }, '1');
    await engine.placedOrder('ana@example.com', { country: 'DE' }, '2');
    await engine.placedOrder('ana@example.com', {}, '3');
    expect(await engine.bodies()).to.have.lengthOf(1);
  });

  it('enters again only as the re-entry criteria say', async () => {
    await engine.live(definition(order(), [webhook('a', null)], { reentry: { duration: 1, unit: 'day' } }));
    await engine.placedOrder('ana@example.com', {}, '1');
    await engine.placedOrder('ana@example.com', {}, '1');
    await engine.placedOrder('ana@example.com', {}, '2');
    await engine.placedOrder('bob@example.com', {}, '3');
    expect(await engine.bodies()).to.have.lengthOf(2);
    engine.clock.advance(24 * HOUR);
    await engine.placedOrder('ana@example.com', {}, '4');
    expect(await engine.bodies()).to.have.lengthOf(3);
  });

  describe('that waits', () => {
    let flow: Awaited<ReturnType<FlowEngine['live']>>;
    beforeEach(async () => {
      flow = await engine.live(definition(order(), [delay('d', 'b', 1), webhook('b', 'c'), webhook('c', null)]));
      await engine.placedOrder('ana@example.com');
      engine.clock.advance(HOUR);
    });
    const endReason = async () => {
      const end = (await engine.all()).find(({ type }) => type === 'JourneyEnded');
      return end?.type === 'JourneyEnded' ? end.data.reason : undefined;
    };

    it('goes no further when the flow is deleted meanwhile', async () => {
      await engine.maker.flows.delete(flow.flowId, context);
      await carryOut();
      expect(await endReason()).to.equal('flow_deleted');
      expect(await engine.bodies()).to.deep.equal([]);
    });

    it('goes no further when it is forgotten meanwhile', async () => {
      await engine.maker.profiles.forget({ attributes: { email: 'ana@example.com' } }, context);
      await carryOut();
      expect(await endReason()).to.equal('profile_forgotten');
      expect(await engine.bodies()).to.deep.equal([]);
    });

    it('passes over actions that are not live by then', async () => {
      await engine.maker.flows.updateAction(flow.actionIds[1] as string, { status: 'manual' }, context);
      await carryOut();
      expect(await endReason()).to.equal('completed');
      expect(await engine.bodies()).to.have.lengthOf(1);
    });

    it('goes on when the delay is taken out meanwhile, with what followed it', async () => {
      await engine.maker.flows.removeAction(flow.actionIds[0] as string, context);
      await engine.caughtUp();
      await carryOut();
      expect(await endReason()).to.equal('completed');
      expect(await engine.bodies()).to.have.lengthOf(2);
    });

    it('keeps to the time that it was given when the delay is changed meanwhile', async () => {
      const longer = { unit: 'days', value: 3, timezone: 'UTC' } as const;
      await engine.maker.flows.updateAction(flow.actionIds[0] as string, { delay: longer }, context);
      await carryOut();
      expect(await engine.bodies()).to.have.lengthOf(2);
    });
  });

  it('does not wait where nothing live follows', async () => {
    const { actionIds } = await engine.live(definition(order(), [delay('d', 'b', 1), webhook('b', null)]));
    await engine.maker.flows.updateAction(actionIds[1] as string, { status: 'draft' }, context);
    await engine.caughtUp();
    await engine.placedOrder('ana@example.com');
    expect(await typesOf('journey-')).to.deep.equal([]);
  });
});
