import { expect } from 'chai';
import type { FlowTrigger } from '../../src/domain/flow/flow-trigger.js';
import { definition, webhook } from '../support/flow-definition.js';
import { context, type FlowEngine, openFlowEngine } from './flow-engine.js';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

const birthday = (more: Partial<Extract<FlowTrigger, { type: 'date' }>> = {}): FlowTrigger => ({
  type: 'date',
  property: 'birthday',
  before: { unit: 'days', value: 0 },
  recurrence: 'annually',
  timezone: 'UTC',
  time: '09:00:00',
  ...more,
});
const body = '{"to": "{{ email }}"}';
const signal = new AbortController().signal;

/** The engine's clock begins at 2026-03-01T08:00:00Z. */
describe('Flows that dates start', () => {
  let engine: FlowEngine;
  beforeEach(async () => {
    engine = await openFlowEngine();
  });
  afterEach(() => engine.close());

  /** Does what is due, as the runner does. */
  const carryOut = async (dates = engine.newDates()): Promise<void> => {
    for (let next = await dates.nextDueAt(); next !== undefined && next <= engine.clock.now(); ) {
      await dates.carryOut(signal);
      next = await dates.nextDueAt();
    }
    await engine.caughtUp();
  };
  const sent = async (): Promise<string[]> =>
    (await engine.bodies()).map((text) => JSON.parse(text as string).to.split('@')[0]);

  it('start for those whose date it is, at the time of the trigger, and once', async () => {
    await engine.live(definition(birthday(), [webhook('a', null, body)]));
    await engine.profile('ana@example.com', { properties: { birthday: '1990-03-01' } });
    await engine.profile('bob@example.com', { properties: { birthday: '1990-03-02' } });
    await engine.profile('cyd@example.com', { properties: { birthday: 'soon' } });
    await engine.profile('dan@example.com');
    expect(await engine.newDates().nextDueAt()).to.equal(engine.clock.now() + HOUR);
    await carryOut();
    expect(await sent()).to.deep.equal([]);
    engine.clock.advance(HOUR);
    await carryOut();
    await carryOut();
    expect(await sent()).to.deep.equal(['ana']);
    engine.clock.advance(DAY);
    await carryOut();
    expect(await sent()).to.deep.equal(['ana', 'bob']);
  });

  it('make up for the days on which the engine stood still', async () => {
    await engine.live(definition(birthday(), [webhook('a', null, body)]));
    for (const day of [1, 2, 3, 4]) {
      await engine.profile(`p${day}@example.com`, { properties: { birthday: `1990-03-0${day}` } });
    }
    engine.clock.advance(2 * DAY + 2 * HOUR);
    await carryOut();
    expect((await sent()).sort()).to.deep.equal(['p1', 'p2', 'p3']);
    const advanced = (await engine.all()).filter(({ type }) => type === 'DateScheduleAdvanced');
    expect(advanced).to.have.lengthOf(1);
  });

  it('start nobody twice and leave nobody out when the work is stopped in the middle', async () => {
    await engine.live(definition(birthday(), [webhook('a', null, body)]));
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
    for (const name of names) await engine.profile(`${name}@example.com`, { properties: { birthday: '1990-03-01' } });
    engine.clock.advance(HOUR);
    // Half of them are done when the process is gone: the time has not been recorded.
    const dates = engine.newDates();
    const { eventStore } = engine.side;
    const append = eventStore.appendMany.bind(eventStore);
    const written: Promise<unknown>[] = [];
    eventStore.appendMany = async (appends) => {
      if (written.length === 6) throw new Error('gone');
      const appended = append(appends);
      written.push(appended);
      return appended;
    };
    const stopped = await dates.carryOut(signal).catch((error: Error) => error.message);
    expect(stopped).to.equal('gone');
    await Promise.all(written);
    eventStore.appendMany = append;
    await engine.caughtUp();
    expect(await sent()).to.have.lengthOf(6);
    await carryOut();
    expect((await sent()).sort()).to.deep.equal([...names].sort());
  });

  it("go by each profile's own time zone, and take a change of it for the same day", async () => {
    await engine.live(definition(birthday({ timezone: 'profile' }), [webhook('a', null, body)]));
    const properties = { birthday: '1990-03-02' };
    await engine.profile('ana@example.com', { properties, location: { timezone: 'Asia/Tokyo' } });
    await engine.profile('bob@example.com', { properties, location: { timezone: 'America/New_York' } });
    await engine.profile('cyd@example.com', { properties, location: { timezone: 'nowhere' } });
    const at = async (time: string): Promise<string[]> => {
      engine.clock.advance(Date.parse(time) - engine.clock.now());
      await carryOut();
      return sent();
    };
    expect(await at('2026-03-01T23:59:00Z')).to.deep.equal([]);
    expect(await at('2026-03-02T00:00:00Z')).to.deep.equal(['ana']);
    await engine.profile('ana@example.com', { location: { timezone: 'UTC' } });
    expect(await at('2026-03-02T09:00:00Z')).to.deep.equal(['ana', 'cyd']);
    expect(await at('2026-03-02T14:00:00Z')).to.deep.equal(['ana', 'cyd', 'bob']);
  });

  it('begin at the time at which the flow went live, each time', async () => {
    const { flowId } = await engine.live(definition(birthday(), [webhook('a', null, body)]));
    await engine.profile('ana@example.com', { properties: { birthday: '1990-03-02' } });
    await engine.maker.flows.changeStatus(flowId, 'draft', context);
    await engine.caughtUp();
    expect(await engine.newDates().nextDueAt()).to.equal(undefined);
    engine.clock.advance(DAY + 2 * HOUR);
    await engine.maker.flows.changeStatus(flowId, 'live', context);
    await engine.caughtUp();
    await carryOut();
    expect(await sent()).to.deep.equal([]);
    expect(await engine.newDates().nextDueAt()).to.equal(Date.parse('2026-03-03T09:00:00Z'));
  });

  it('pass over whoever was forgotten, and take in who changed the date until then', async () => {
    await engine.live(definition(birthday(), [webhook('a', null, body)]));
    await engine.profile('ana@example.com', { properties: { birthday: '1990-03-01' } });
    await engine.profile('bob@example.com', { properties: { birthday: '1990-07-01' } });
    await engine.maker.profiles.forget({ attributes: { email: 'ana@example.com' } }, context);
    await engine.profile('bob@example.com', { properties: { birthday: '1990-03-01' } });
    engine.clock.advance(HOUR + MINUTE);
    await carryOut();
    expect(await sent()).to.deep.equal(['bob']);
  });

  it('have no event to read from', async () => {
    const wrong = definition(birthday(), [webhook('a', null, '{{ event.order }}')]);
    const error = await engine.maker.flows.create(wrong, context).catch((refusal: Error) => refusal);
    expect(error).to.include({ rule: 'event_variable_without_event' });
  });
});
