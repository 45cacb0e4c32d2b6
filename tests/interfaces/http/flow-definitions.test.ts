import { expect } from 'chai';
import type { FlowCreateQuery, FlowDefinition } from 'klaviyo-api';
import { ShiftedClock } from '../../support/shifted-clock.js';
import { type RunningServer, startServer } from './running-server.js';

const HOUR = 3_600_000;

const isVip = {
  conditionGroups: [
    {
      conditions: [
        {
          type: 'profile-property' as const,
          property: "properties['tier']",
          filter: { type: 'string' as const, operator: 'equals' as const, value: 'vip' },
        },
      ],
    },
  ],
};

describe("Flow definitions through Klaviyo's own client", () => {
  let server: RunningServer;
  let metricId: string;
  before(async () => {
    server = await startServer();
    const body = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
    const made = await server.fetch('POST', '/api/hookledger/metrics', { body });
    metricId = ((await made.json()) as { data: { id: string } }).data.id;
  });
  after(() => server.stop());

  const webhook = (temporaryId: string) => ({
    temporaryId,
    type: 'send-webhook' as const,
    links: { next: null },
    data: { message: { name: temporaryId, url: `https://example.com/${temporaryId}` }, status: 'draft' as const },
  });
  const flow = (definition: FlowDefinition): FlowCreateQuery => ({
    data: { type: 'flow', attributes: { name: 'A flow', definition } },
  });
  const read = async (id: string) => {
    const { body } = await server.sdk.flows.getFlow(id, { additionalFieldsFlow: ['definition'] });
    return body.data.attributes;
  };

  it('come back as they were given: delays, splits, filters and re-entry', async () => {
    const definition: FlowDefinition = {
      triggers: [
        {
          type: 'metric',
          id: metricId,
          triggerFilter: {
            conditionGroups: [
              {
                conditions: [
                  {
                    type: 'metric-property',
                    metricId,
                    field: '$value',
                    filter: { type: 'numeric', operator: 'greater-than', value: 100 },
                  },
                ],
              },
            ],
          },
        },
      ],
      profileFilter: isVip,
      reentryCriteria: { duration: 7, unit: 'day' },
      entryActionId: 'wait',
      actions: [
        {
          temporaryId: 'wait',
          type: 'time-delay',
          links: { next: 'split' },
          data: {
            unit: 'days',
            value: 1,
            timezone: 'Europe/Berlin',
            delayUntilTime: '09:00:00',
            delayUntilWeekdays: ['monday', 'friday'],
          },
        },
        {
          temporaryId: 'split',
          type: 'conditional-split',
          links: { nextIfTrue: 'yes', nextIfFalse: 'no' },
          data: { profileFilter: isVip },
        },
        webhook('yes'),
        webhook('no'),
      ],
    };
    const { body } = await server.sdk.flows.createFlow(flow(definition), { additionalFieldsFlow: ['definition'] });
    const shown = body.data.attributes.definition as FlowDefinition;
    expect(shown.triggers).to.deep.equal(definition.triggers);
    expect(shown.profileFilter).to.deep.equal(isVip);
    expect(shown.reentryCriteria).to.deep.include({ duration: 7, unit: 'day' });
    const [wait, split, yes, no] = shown.actions as { id: string; links: object; data: Record<string, unknown> }[];
    if (wait === undefined || split === undefined || yes === undefined || no === undefined) return expect.fail();
    expect(wait.links).to.deep.equal({ next: split.id });
    // The client leaves actions as they came: it can't tell their types apart.
    expect(wait.data).to.deep.include({ unit: 'days', value: 1, delay_until_time: '09:00:00' });
    expect(wait.data.delay_until_weekdays).to.deep.equal(['monday', 'friday']);
    expect(split.links).to.deep.equal({ next_if_true: yes.id, next_if_false: no.id });

    const one = await server.sdk.flows.getFlowAction(wait.id, {});
    expect(one.body.data.attributes.definition).to.deep.include({ type: 'time-delay' });
    const of = await server.sdk.flows.getFlowIdForFlowAction(split.id);
    expect(of.body.data?.id).to.equal(body.data.id);
  });

  const triggers: [string, string, FlowDefinition['triggers'][number]][] = [
    [
      'a date',
      'Date Based',
      {
        type: 'date',
        dateFieldType: 'profile-property',
        dateProfileProperty: 'birthday',
        timedeltaUnitBeforeDate: 'days',
        timedeltaValueBeforeDate: 7,
        recurrenceFrequency: 'annually',
        timezone: 'profile',
        triggerTime: '09:00:00',
        triggerDays: ['monday'],
      },
    ],
    [
      'a price drop',
      'Price Drop',
      {
        type: 'price-drop',
        triggerFilter: null,
        priceDropAmountValue: 10,
        priceDropAmountUnit: 'percent',
        audience: ['viewed', 'checkout-started'],
        timeframeDays: 14,
        currencyType: 'usd',
      },
    ],
    [
      'low inventory',
      'Low Inventory',
      {
        type: 'low-inventory',
        productLevel: 'variant',
        triggerFilter: null,
        inventoryCount: 3,
        audience: ['added-to-cart'],
        timeframeDays: 30,
      },
    ],
  ];
  for (const [what, word, trigger] of triggers) {
    it(`come back as they were given: started by ${what}`, async () => {
      const definition = { triggers: [trigger], actions: [webhook('a')], entryActionId: 'a' };
      const { body } = await server.sdk.flows.createFlow(flow(definition), {});
      const { triggerType, definition: shown } = await read(body.data.id);
      expect(triggerType).to.equal(word);
      expect((shown as FlowDefinition).triggers).to.deep.equal([trigger]);
    });
  }

  it('let a delay be changed in its place, and nothing become of another type', async () => {
    const actions = [
      { temporary_id: 'wait', type: 'time-delay', links: { next: 'a' }, data: { unit: 'hours', value: 2 } },
      { temporary_id: 'a', type: 'send-webhook', data: { message: { url: 'https://example.com/' } } },
    ];
    const trigger = { type: 'metric', id: metricId };
    const body = {
      data: {
        type: 'flow',
        attributes: { name: 'A flow', definition: { triggers: [trigger], actions, entry_action_id: 'wait' } },
      },
    };
    const made = await server.fetch('POST', '/api/flows?additional-fields[flow]=definition', { body });
    if (made.status !== 201) return expect.fail(await made.text());
    const { data } = (await made.json()) as { data: { attributes: { definition: { actions: { id: string }[] } } } };
    const id = data.attributes.definition.actions[0]?.id as string;
    const change = (definition: object) =>
      server.fetch('PATCH', `/api/flow-actions/${id}`, {
        body: { data: { type: 'flow-action', id, attributes: { definition } } },
      });
    const changed = await change({ id, type: 'time-delay', data: { unit: 'minutes', value: 5 } });
    expect(changed.status).to.equal(200);
    const shown = (await changed.json()) as { data: { attributes: { definition: { data: object } } } };
    expect(shown.data.attributes.definition.data).to.include({ unit: 'minutes', value: 5 });
    const other = await change({ id, type: 'send-webhook', data: { message: { url: 'https://example.com/' } } });
    expect(other.status).to.equal(400);
    const wrong = await change({ id, type: 'time-delay', data: { unit: 'minutes', value: -5 } });
    expect(wrong.status).to.equal(400);
    const { errors } = (await wrong.json()) as { errors: { source: object }[] };
    expect(errors[0]?.source).to.deep.equal({ pointer: '/data/attributes/definition/data/value' });
    expect((await server.fetch('DELETE', `/api/flow-actions/${id}`)).status).to.equal(204);
    expect((await server.fetch('GET', `/api/flow-actions/${id}`)).status).to.equal(404);
  });
});

describe('A server whose time moves', () => {
  it('lets a profile go on after its delay, by itself', async () => {
    const clock = new ShiftedClock();
    const server = await startServer(undefined, { clock });
    try {
      const actions = [
        { temporary_id: 'wait', type: 'time-delay', links: { next: 'a' }, data: { unit: 'hours', value: 2 } },
        { temporary_id: 'a', type: 'send-webhook', data: { message: { url: 'https://localhost:9/' }, status: 'live' } },
      ];
      const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
      const made = await server.fetch('POST', '/api/hookledger/metrics', { body: metric });
      if (made.status !== 201) return expect.fail(await made.text());
      const id = ((await made.json()) as { data: { id: string } }).data.id;
      const definition = { triggers: [{ type: 'metric', id }], actions, entry_action_id: 'wait' };
      const created = await server.fetch('POST', '/api/flows', {
        body: { data: { type: 'flow', attributes: { name: 'Later', definition } } },
      });
      if (created.status !== 201) return expect.fail(await created.text());
      const flowId = ((await created.json()) as { data: { id: string } }).data.id;
      const live = { data: { type: 'flow', id: flowId, attributes: { status: 'live' } } };
      expect((await server.fetch('PATCH', `/api/flows/${flowId}`, { body: live })).status).to.equal(200);
      const attributes = {
        properties: {},
        unique_id: 'one',
        metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
        profile: { data: { type: 'profile', attributes: { email: 'ana@example.com' } } },
      };
      const event = await server.fetch('POST', '/api/events', { body: { data: { type: 'event', attributes } } });
      expect(event.status).to.equal(202);
      const requested = async (): Promise<number> =>
        (await Array.fromAsync(server.eventStore.readAll())).flat().filter(({ type }) => type === 'DeliveryRequested')
          .length;
      await server.engine.idle();
      expect(await requested()).to.equal(0);
      const ended = server.eventStore.subscribe({ signal: AbortSignal.timeout(20_000) });
      clock.advance(2 * HOUR);
      // The timer was set by the machine's clock; what begins to wait now has it look again.
      attributes.unique_id = 'two';
      attributes.profile.data.attributes.email = 'bob@example.com';
      await server.fetch('POST', '/api/events', { body: { data: { type: 'event', attributes } } });
      for await (const { events } of ended) if (events.some(({ type }) => type === 'JourneyEnded')) break;
      expect(await requested()).to.equal(1);
    } finally {
      await server.stop();
    }
  });
});
