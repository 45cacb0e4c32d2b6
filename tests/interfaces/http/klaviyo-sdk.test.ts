import { expect } from 'chai';
import type { FlowCreateQuery, FlowDefinitionTriggersInner, SegmentDefinition, SendWebhookAction } from 'klaviyo-api';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { type Document, type RunningServer, startServer } from './running-server.js';

/** An answer that Klaviyo's client throws. */
interface Refused {
  response?: { status: number; data: { errors: { code: string; source: object; meta?: object }[] } };
}

describe("Klaviyo's own client against hookledger", () => {
  let server: RunningServer;
  let receiver: Receiver;

  before(async () => {
    const ca = await CertificateAuthority.create();
    receiver = await startReceiver({ ca, answer: () => ({ status: 200 }), keepRequests: 1_000 });
    server = await startServer(ca);
  });
  after(async () => {
    await server.stop();
    await receiver.close();
  });

  const metricId = async (name: string): Promise<string> => {
    const body = { data: { type: 'metric', attributes: { name } } };
    const response = await server.fetch('POST', '/api/hookledger/metrics', { body });
    return ((await response.json()) as { data: { id: string } }).data.id;
  };

  const webhook = (path: string, next: string | null, body: string): SendWebhookAction => ({
    temporaryId: path,
    type: 'send-webhook',
    links: { next },
    data: {
      message: { name: `To ${path}`, url: `${receiver.url}/${path}`, headers: { 'x-token': `token of ${path}` }, body },
      status: 'draft',
    },
  });

  const flow = (trigger: FlowDefinitionTriggersInner, actions: SendWebhookAction[]): FlowCreateQuery => ({
    data: {
      type: 'flow',
      attributes: {
        name: 'Orders to the warehouse',
        definition: { triggers: [trigger], actions, entryActionId: actions[0]?.temporaryId ?? null },
      },
    },
  });

  const setStatus = (id: string, status: string) =>
    server.sdk.flows.updateFlow(id, { data: { type: 'flow', id, attributes: { status } } });

  const event = (metric: string, uniqueId: string, properties: object, email = 'ana@example.com') => ({
    data: {
      type: 'event' as const,
      attributes: {
        properties,
        uniqueId,
        time: new Date('2026-03-01T09:30:00Z'),
        value: 88.8,
        valueCurrency: 'USD',
        metric: { data: { type: 'metric' as const, attributes: { name: metric } } },
        profile: { data: { type: 'profile' as const, attributes: { email, firstName: 'Ana' } } },
      },
    },
  });

  const bodiesAt = (path: string) =>
    receiver.requests.filter((request) => request.path === `/${path}`).map(({ body }) => JSON.parse(body));

  const refusal = async (call: Promise<unknown>): Promise<NonNullable<Refused['response']>> => {
    try {
      await call;
    } catch (error) {
      const { response } = error as Refused;
      if (response !== undefined) return response;
      throw error;
    }
    return expect.fail('The call was expected to be refused.');
  };

  it('drives a flow of two webhooks from its definition to their delivery', async () => {
    const { flows, events } = server.sdk;
    const metric = await metricId('Placed Order');
    const actions = [
      webhook('orders', 'stock', '{"order": "{{ event.OrderId }}"}'),
      webhook('stock', null, '{"to": "{{ person.first_name }} <{{ email }}>"}'),
    ];
    const created = await flows.createFlow(flow({ type: 'metric', id: metric }, actions));
    expect(created.response.status).to.equal(201);
    const { id, attributes } = created.body.data;
    expect(attributes).to.deep.include({
      name: 'Orders to the warehouse',
      status: 'draft',
      archived: false,
      triggerType: 'Metric',
    });
    expect(attributes.created).to.be.instanceOf(Date).and.deep.equal(attributes.updated);
    const [first, second] = (attributes.definition?.actions ?? []) as SendWebhookAction[];
    expect(first?.links?.next).to.equal(second?.id);
    expect(attributes.definition?.entryActionId).to.equal(first?.id);

    const live = await setStatus(id, 'live');
    expect(live.body.data.attributes.status).to.equal('live');

    const accepted = await events.createEvent(event('Placed Order', 'order-1', { OrderId: '10308 "quoted"' }));
    expect(accepted.response.status).to.equal(202);
    await eventually('both webhooks arrive', () => bodiesAt('orders').length > 0 && bodiesAt('stock').length > 0);
    expect(bodiesAt('orders')).to.deep.equal([{ order: '10308 "quoted"' }]);
    expect(bodiesAt('stock')).to.deep.equal([{ to: 'Ana <ana@example.com>' }]);
    const [received] = receiver.requests.filter(({ path }) => path === '/orders');
    expect(received?.headers).to.include({ 'x-token': 'token of orders', 'x-klaviyo-flow-id': id });

    const read = await flows.getFlow(id, { additionalFieldsFlow: ['definition'], include: ['flow-actions'] });
    const definition = (read.body.data.attributes as typeof attributes).definition;
    expect(definition?.triggers).to.deep.equal([{ type: 'metric', id: metric, triggerFilter: null }]);
    expect(definition?.actions).to.have.lengthOf(2);
    expect(read.body.data.relationships?.flowActions?.links?.related).to.equal(
      `${server.url}/api/flows/${id}/flow-actions`,
    );
    expect(read.body.included?.map(({ id }) => id)).to.deep.equal([first?.id, second?.id]);
    expect((await flows.getFlow(id)).body.data.attributes).to.have.property('definition', undefined);

    await setStatus(id, 'draft');
    await events.createEvent(event('Placed Order', 'order-2', { OrderId: '10309' }));
    await server.engine.idle();
    expect(bodiesAt('orders')).to.have.lengthOf(1);
    await flows.deleteFlow(id);
    expect((await refusal(flows.getFlow(id))).status).to.equal(404);
  });

  it('counts an event with the same unique id once, and starts nothing by a backfill', async () => {
    const { flows, events } = server.sdk;
    const metric = await metricId('Viewed Product');
    const actions = [webhook('once', null, '{"n": {{ event.n }}}')];
    const { id } = (await flows.createFlow(flow({ type: 'metric', id: metric }, actions))).body.data;
    await setStatus(id, 'live');
    const given = event('Viewed Product', 'view-1', { n: 1 });
    await Promise.all([events.createEvent(given), events.createEvent(given), events.createEvent(given)]);
    const past = event('Viewed Product', 'view-0', { n: 0 });
    await events.createEvent({ data: { ...past.data, attributes: { ...past.data.attributes, backfill: true } } });
    await events.createEvent(event('Viewed Product', 'view-2', { n: 2 }));
    await eventually('the last one arrives', () => bodiesAt('once').some(({ n }) => n === 2));
    await server.engine.idle();
    expect(
      bodiesAt('once')
        .map(({ n }) => n)
        .sort(),
    ).to.deep.equal([1, 2]);
  });

  it('takes events in bulk', async () => {
    const { flows, events } = server.sdk;
    const metric = await metricId('Reviewed Product');
    const actions = [webhook('bulk', null, '{"n": {{ event.n }}, "to": "{{ email }}"}')];
    const { id } = (await flows.createFlow(flow({ type: 'metric', id: metric }, actions))).body.data;
    await setStatus(id, 'live');
    const reviews = (email: string, numbers: number[]) => ({
      type: 'event-bulk-create' as const,
      attributes: {
        profile: { data: { type: 'profile' as const, attributes: { email } } },
        events: {
          data: numbers.map((n) => ({
            type: 'event' as const,
            attributes: {
              properties: { n },
              uniqueId: `review-${n}`,
              metric: { data: { type: 'metric' as const, attributes: { name: 'Reviewed Product' } } },
            },
          })),
        },
      },
    });
    const answer = await events.bulkCreateEvents({
      data: {
        type: 'event-bulk-create-job',
        attributes: {
          eventsBulkCreate: { data: [reviews('ana@example.com', [1, 2]), reviews('berg@example.com', [3])] },
        },
      },
    });
    expect(answer.response.status).to.equal(202);
    await eventually('all of them arrive', () => bodiesAt('bulk').length === 3);
    expect(bodiesAt('bulk').sort((a, b) => a.n - b.n)).to.deep.equal([
      { n: 1, to: 'ana@example.com' },
      { n: 2, to: 'ana@example.com' },
      { n: 3, to: 'berg@example.com' },
    ]);
  });

  it('takes many events in bulk that change one profile, in their order', async () => {
    const { events, profiles } = server.sdk;
    const named = (firstName: string) => ({
      type: 'event-bulk-create' as const,
      attributes: {
        profile: { data: { type: 'profile' as const, attributes: { email: 'many@example.com', firstName } } },
        events: {
          data: [1, 2].map((n) => ({
            type: 'event' as const,
            attributes: {
              properties: {},
              uniqueId: `${firstName}-${n}`,
              metric: { data: { type: 'metric' as const, attributes: { name: 'Renamed' } } },
            },
          })),
        },
      },
    });
    const jobs = Array.from({ length: 100 }, (_, n) => named(`Name ${n}`));
    const head = await server.eventStore.headPosition();
    await events.bulkCreateEvents({
      data: { type: 'event-bulk-create-job', attributes: { eventsBulkCreate: { data: jobs } } },
    });
    const recorded = (await Array.fromAsync(server.eventStore.readAll({ after: head }))).flat();
    expect(recorded.filter(({ type }) => type === 'TriggerReceived')).to.have.lengthOf(200);
    const found = await eventually('the last name can be read', async () => {
      const { body } = await profiles.getProfiles({ filter: 'equals(email,"many@example.com")' });
      return body.data[0]?.attributes.firstName === 'Name 99' && body.data;
    });
    expect(found).to.have.lengthOf(1);
  });

  it("starts a list's flow for those who are added, and none for those who are removed", async () => {
    const { flows, lists, profiles } = server.sdk;
    const list = (await lists.createList({ data: { type: 'list', attributes: { name: 'Wholesale' } } })).body.data;
    expect(list.attributes).to.deep.include({ name: 'Wholesale', optInProcess: 'single_opt_in' });
    const actions = [webhook('welcome', null, '{"to": "{{ email }}"}')];
    const created = await flows.createFlow(flow({ type: 'list', id: list.id }, actions));
    expect(created.body.data.attributes.triggerType).to.equal('Added to List');
    await setStatus(created.body.data.id, 'live');
    const emails = ['anton@example.com', 'blaus@example.com'];
    const ids: string[] = [];
    for (const email of emails) {
      const { body } = await profiles.createProfile({ data: { type: 'profile', attributes: { email } } });
      ids.push(body.data.id ?? '');
    }
    const members = { data: ids.map((id) => ({ type: 'profile' as const, id })) };

    expect((await lists.addProfilesToList(list.id, members)).response.status).to.equal(204);
    const inside = await lists.getProfilesForList(list.id, { fieldsProfile: ['email'] });
    expect(inside.body.data.map(({ attributes }) => attributes.email).sort()).to.deep.equal(emails);
    expect((await lists.getProfileIdsForList(list.id)).body.data).to.have.lengthOf(2);
    await eventually('both are welcomed', () => bodiesAt('welcome').length === 2);
    expect(
      bodiesAt('welcome')
        .map(({ to }) => to)
        .sort(),
    ).to.deep.equal(emails);

    expect((await lists.removeProfilesFromList(list.id, members)).response.status).to.equal(204);
    expect((await lists.getProfilesForList(list.id)).body.data).to.deep.equal([]);
    await server.engine.idle();
    expect(bodiesAt('welcome')).to.have.lengthOf(2);

    const triggered = await lists.getFlowsTriggeredByList(list.id);
    expect(triggered.body.data.map(({ id }) => id)).to.deep.equal([created.body.data.id]);
    expect((await lists.getList(list.id)).body.data.id).to.equal(list.id);
    expect((await lists.getLists({ filter: 'equals(name,"Wholesale")' })).body.data).to.have.lengthOf(1);
  });

  it("fills a segment by hookledger's own path, and starts its flows", async () => {
    const { flows, segments, profiles } = server.sdk;
    const created = await segments.createSegment({
      data: { type: 'segment', attributes: { name: 'Big spenders', definition: { conditionGroups: [] } } },
    });
    const segment = created.body.data;
    expect(segment.attributes).to.deep.include({
      name: 'Big spenders',
      isActive: true,
      isProcessing: false,
      isStarred: false,
    });
    const { body } = await flows.createFlow(
      flow({ type: 'segment', id: segment.id }, [webhook('spender', null, '{"to": "{{ email }}"}')]),
    );
    await setStatus(body.data.id, 'live');
    const profile = await profiles.createProfile({
      data: { type: 'profile', attributes: { email: 'ernst@example.com' } },
    });
    const path = `/api/hookledger/segments/${segment.id}/members`;
    const members = { body: { data: [{ type: 'profile', id: profile.body.data.id }] } };
    expect((await server.fetch('POST', path, members)).status).to.equal(204);
    await eventually('the webhook arrives', () => bodiesAt('spender').length === 1);
    expect((await segments.getProfileIdsForSegment(segment.id)).body.data).to.have.lengthOf(1);
    expect((await server.fetch('DELETE', path, members)).status).to.equal(204);
    expect((await segments.getProfilesForSegment(segment.id)).body.data).to.deep.equal([]);
    expect((await segments.getSegments()).body.data.map(({ id }) => id)).to.deep.equal([segment.id]);
    expect((await segments.getSegment(segment.id)).body.data.attributes).to.have.property('name', 'Big spenders');
    expect((await segments.getFlowsTriggeredBySegment(segment.id)).body.data).to.have.lengthOf(1);
  });

  it('fills a segment by its definition, and starts its flows for whoever comes to match', async () => {
    const { events, flows, lists, profiles, segments } = server.sdk;
    const list = (await lists.createList({ data: { type: 'list', attributes: { name: 'Members' } } })).body.data;
    const person = async (email: string, plan: string) => {
      const attributes = { email, properties: { plan } };
      return (await profiles.createProfile({ data: { type: 'profile', attributes } })).body.data.id ?? '';
    };
    const before = await person('before@example.com', 'gold');
    await lists.addProfilesToList(list.id, { data: [{ type: 'profile', id: before }] });
    const definition: SegmentDefinition = {
      conditionGroups: [
        {
          conditions: [
            {
              type: 'profile-property',
              property: "properties['plan']",
              filter: { type: 'string', operator: 'in', value: ['gold', 'platinum'] },
            },
            {
              type: 'profile-property',
              property: "properties['since']",
              filter: { type: 'date', operator: 'before', date: new Date('2020-01-01T00:00:00.000Z') },
            },
          ],
        },
        { conditions: [{ type: 'profile-group-membership', isMember: true, groupIds: [list.id] }] },
      ],
    };
    const made = await segments.createSegment({ data: { type: 'segment', attributes: { name: 'Gold', definition } } });
    const segmentId = made.body.data.id;
    expect(made.body.data.attributes.definition?.conditionGroups).to.deep.equal(definition.conditionGroups);
    const membersNow = async () => (await segments.getProfileIdsForSegment(segmentId)).body.data.map(({ id }) => id);
    await eventually('those who were there are in', async () => (await membersNow()).length === 1);
    await eventually('it is populated', async () => {
      return !(await segments.getSegment(segmentId)).body.data.attributes.isProcessing;
    });

    const actions = [webhook('gold', null, '{"to": "{{ email }}"}')];
    const { body } = await flows.createFlow(flow({ type: 'segment', id: segmentId }, actions));
    await setStatus(body.data.id, 'live');
    const id = await person('later@example.com', 'silver');
    const setPlan = (plan: string) =>
      profiles.updateProfile(id, { data: { type: 'profile', id, attributes: { properties: { plan } } } });
    await setPlan('gold');
    expect(await membersNow()).to.deep.equal([before]);
    await lists.addProfilesToList(list.id, { data: [{ type: 'profile', id }] });
    await eventually('the webhook arrives', () => bodiesAt('gold').length === 1);
    expect(bodiesAt('gold')).to.deep.equal([{ to: 'later@example.com' }]);
    expect((await membersNow()).sort()).to.deep.equal([before, id].sort());

    await setPlan('silver');
    expect(await membersNow()).to.deep.equal([before]);
    const { data } = event('Changed Plan', 'again', {}, 'later@example.com');
    const changed = { ...data.attributes.profile.data.attributes, properties: { plan: 'platinum' } };
    const profile = { data: { type: 'profile' as const, attributes: changed } };
    await events.createEvent({ data: { ...data, attributes: { ...data.attributes, profile } } });
    await eventually('it joined again', () => bodiesAt('gold').length === 2);

    const path = `/api/hookledger/segments/${segmentId}/members`;
    for (const method of ['POST', 'DELETE']) {
      const response = await server.fetch(method, path, { body: { data: [{ type: 'profile', id }] } });
      expect(response.status).to.equal(409);
      expect((await response.json()) as object).to.have.nested.property(
        'errors[0].detail',
        'The members of this segment follow from its definition; change the profiles instead.',
      );
    }
  });

  it("changes an action and keeps what isn't given, its header values above all", async () => {
    const { flows, events } = server.sdk;
    const metric = await metricId('Refunded Order');
    const actions = [webhook('refund-a', 'refund-b', '{}'), webhook('refund-b', null, '{}')];
    const created = (await flows.createFlow(flow({ type: 'metric', id: metric }, actions))).body.data;
    const page = await flows.getActionsForFlow(created.id);
    const [first, second] = page.body.data;
    if (first === undefined || second === undefined) return expect.fail('The flow has two actions.');
    expect((await flows.getActionIdsForFlow(created.id)).body.data.map(({ id }) => id)).to.deep.equal([
      first.id,
      second.id,
    ]);

    const read = (await flows.getFlowAction(first.id)).body.data.attributes.definition as SendWebhookAction;
    const shown = (read.data?.message.headers ?? {}) as Record<string, string>;
    expect(shown['x-token']).to.match(/^•••sha256:[0-9a-f]{8}$/);
    const changed = await flows.updateFlowAction(first.id, {
      data: {
        type: 'flow-action',
        id: first.id,
        attributes: {
          definition: {
            ...read,
            data: {
              status: 'draft',
              message: {
                url: `${receiver.url}/refund-c`,
                headers: { 'x-token': shown['x-token'], 'x-more': 'more' },
                body: '{"n": {{ event.n }}}',
              },
            },
          },
        },
      },
    });
    const { data } = changed.body.data.attributes.definition as SendWebhookAction;
    expect(data?.message).to.deep.include({ url: `${receiver.url}/refund-c`, name: 'To refund-a' });

    await setStatus(created.id, 'live');
    await flows.deleteFlowAction(second.id);
    expect((await refusal(flows.getFlowAction(second.id))).status).to.equal(404);
    expect((await flows.getFlowForFlowAction(first.id)).body.data?.id).to.equal(created.id);
    expect((await flows.getFlowIdForFlowAction(first.id)).body.data?.id).to.equal(created.id);
    await events.createEvent(event('Refunded Order', 'refund-1', { n: 1 }));
    const arrived = await eventually('the changed webhook arrives', () =>
      receiver.requests.find(({ path }) => path === '/refund-c'),
    );
    expect(arrived.headers).to.include({ 'x-token': 'token of refund-a', 'x-more': 'more' });
    expect(bodiesAt('refund-b')).to.deep.equal([]);
  });

  it('creates, updates and finds profiles, each e-mail address once', async () => {
    const { profiles } = server.sdk;
    const attributes = {
      email: 'frank@example.com',
      externalId: 'FRANK',
      firstName: 'Peter',
      location: { city: 'München', latitude: 48.1 },
      properties: { vip: true, visits: 3 },
    };
    const created = await profiles.createProfile({ data: { type: 'profile', attributes } });
    expect(created.response.status).to.equal(201);
    const id = created.body.data.id ?? '';
    expect(created.body.data.attributes).to.deep.include({
      ...attributes,
      lastName: null,
      location: created.body.data.attributes.location,
    });
    expect(created.body.data.attributes.location).to.deep.include({ city: 'München', latitude: 48.1, zip: null });

    const duplicate = await refusal(
      profiles.createProfile({ data: { type: 'profile', attributes: { email: 'Frank@Example.com' } } }),
    );
    expect(duplicate.status).to.equal(409);
    expect(duplicate.data.errors[0]).to.deep.include({
      code: 'duplicate_profile',
      source: { pointer: '/data/attributes/email' },
      meta: { duplicate_profile_id: id },
    });

    const updated = await profiles.updateProfile(id, {
      data: {
        type: 'profile',
        id,
        attributes: { lastName: 'Franken', firstName: null, properties: { visits: 4 } },
      },
    });
    expect(updated.body.data.attributes).to.deep.include({
      firstName: null,
      lastName: 'Franken',
      email: 'frank@example.com',
      properties: { vip: true, visits: 4 },
    });
    // By hand: the client's own serializer fails on `unset`.
    const meta = { patch_properties: { unset: 'vip' } };
    const unset = await server.fetch('PATCH', `/api/profiles/${id}`, {
      body: { data: { type: 'profile', id, attributes: {}, meta } },
    });
    expect(((await unset.json()) as Document).data.attributes.properties).to.deep.equal({ visits: 4 });

    const known = await profiles.createOrUpdateProfile({
      data: { type: 'profile', attributes: { externalId: 'FRANK', title: 'Owner' } },
    });
    expect([known.response.status, known.body.data.id]).to.deep.equal([200, id]);
    const unknown = await profiles.createOrUpdateProfile({
      data: { type: 'profile', attributes: { externalId: 'NEW' } },
    });
    expect(unknown.response.status).to.equal(201);

    const found = await profiles.getProfiles({ filter: 'equals(email,"frank@example.com")' });
    expect(found.body.data.map(({ attributes }) => attributes.title)).to.deep.equal(['Owner']);
    expect((await profiles.getProfile(id)).body.data.id).to.equal(id);
    expect((await refusal(profiles.getProfile('nobody'))).status).to.equal(404);
  });

  it('shows metrics that are known, by a call or by an event, and the flows that they trigger', async () => {
    const { events, flows, metrics } = server.sdk;
    await events.createEvent(event('Cancelled Order', 'cancelled-1', {}));
    const seen = await eventually('the metric can be read', async () =>
      (await metrics.getMetrics({ filter: 'equals(name,"Cancelled Order")' })).body.data.at(0),
    );
    expect((await metrics.getMetric(seen.id)).body.data.attributes).to.have.property('name', 'Cancelled Order');
    const again = { body: { data: { type: 'metric', attributes: { name: 'Cancelled Order' } } } };
    expect((await server.fetch('POST', '/api/hookledger/metrics', again)).status).to.equal(200);
    expect(await metricId('Cancelled Order')).to.equal(seen.id);
    const { id } = (await flows.createFlow(flow({ type: 'metric', id: seen.id }, [webhook('x', null, '{}')]))).body
      .data;
    expect((await metrics.getFlowsTriggeredByMetric(seen.id)).body.data.map(({ id }) => id)).to.deep.equal([id]);
    expect((await metrics.getIdsForFlowsTriggeredByMetric(seen.id)).body.data).to.deep.equal([{ type: 'flow', id }]);
    const including = await metrics.getMetric(seen.id, { include: ['flow-triggers'], fieldsFlow: ['name'] });
    expect(including.body.included?.map(({ attributes }) => attributes.name)).to.deep.equal([
      'Orders to the warehouse',
    ]);
    expect((await metrics.getMetrics({ include: ['flow-triggers'] })).body.included?.map(({ id }) => id)).to.include(
      id,
    );
    const withActions = await flows.getFlows({ include: ['flow-actions'], fieldsFlow: ['name'], pageSize: 1 });
    expect(withActions.body.data.map(({ id }) => id)).to.deep.equal([id]);
    expect(withActions.body.included?.map(({ type }) => type)).to.deep.equal(['flow-action']);
    expect((await refusal(metrics.getMetric('none'))).status).to.equal(404);
  });

  it('turns pages by their cursors, newest first, each thing once', async () => {
    const { flows, metrics, profiles } = server.sdk;
    const metric = (await metrics.getMetrics()).body.data[0];
    for (let n = 0; n < 5; n++) {
      const created = flow({ type: 'metric', id: metric?.id ?? '' }, [webhook('x', null, '{}')]);
      created.data.attributes.name = `Paged`;
      await flows.createFlow(created);
      await profiles.createProfile({ data: { type: 'profile', attributes: { externalId: `paged-${n}` } } });
    }
    type Turned = {
      body: { data: { id?: string | null; attributes: { created?: Date | null } }[]; links?: { next?: string } };
    };
    const turn = async (page: (pageCursor?: string) => Promise<Turned>) => {
      const seen: { id: string; created: number }[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await page(cursor);
        expect(body.data.length).to.be.within(1, 2);
        for (const { id, attributes } of body.data) seen.push({ id: id ?? '', created: Number(attributes.created) });
        cursor =
          body.links?.next == null
            ? undefined
            : (new URL(body.links.next).searchParams.get('page[cursor]') ?? undefined);
      } while (cursor !== undefined);
      expect(new Set(seen.map(({ id }) => id)).size).to.equal(seen.length);
      expect(seen.map(({ created }) => created)).to.deep.equal(
        seen.map(({ created }) => created).sort((a, b) => b - a),
      );
      return seen;
    };
    const cursorOf = (pageCursor?: string) => (pageCursor === undefined ? {} : { pageCursor });
    const ofFlows = await turn((cursor) =>
      flows.getFlows({ filter: 'equals(name,"Paged")', pageSize: 2, sort: '-created', ...cursorOf(cursor) }),
    );
    expect(ofFlows).to.have.lengthOf(5);
    const ofProfiles = await turn((cursor) => profiles.getProfiles({ pageSize: 2, ...cursorOf(cursor) }));
    expect(ofProfiles).to.have.lengthOf((await profiles.getProfiles({ pageSize: 100 })).body.data.length);
  });
});
