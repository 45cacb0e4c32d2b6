import { expect } from 'chai';
import { type Document, type RunningServer, startServer } from './running-server.js';

/** A request that is wrong in one way, and how it is answered. */
interface Row {
  is: string;
  request: string;
  body?: unknown;
  headers?: Record<string, string>;
  status: number;
  code: string;
  /** Of each error, in order. */
  at: (string | { parameter: string } | { header: string } | Record<string, never>)[];
}

type Json = Record<string, unknown>;

describe('Bad input', () => {
  let server: RunningServer;
  /** Ids of things that exist, by their places in paths and documents: `{metric}`. */
  const ids: Record<string, string> = {};

  const answered = async (method: string, path: string, body: object): Promise<Document> => {
    const response = await server.fetch(method, path, { body });
    expect(response.ok, await response.clone().text()).to.equal(true);
    return (await response.json()) as Document;
  };

  before(async () => {
    server = await startServer();
    const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
    ids.metric = (await answered('POST', '/api/hookledger/metrics', metric)).data.id;
    const list = { data: { type: 'list', attributes: { name: 'Wholesale' } } };
    ids.list = (await answered('POST', '/api/lists', list)).data.id;
    const profile = { data: { type: 'profile', attributes: { email: 'ana@example.com' } } };
    ids.profile = (await answered('POST', '/api/profiles', profile)).data.id;
    const other = { data: { type: 'profile', attributes: { email: 'berg@example.com' } } };
    ids.other = (await answered('POST', '/api/profiles', other)).data.id;
    ids.flow = (await answered('POST', '/api/flows', JSON.parse(named(JSON.stringify(flow()))))).data.id;
    ids.action = (await server.get(`/api/flows/${ids.flow}/flow-actions`)).data[0]?.id ?? '';
    ids.metricsKey = await server.issueKey(['metrics:read']);
    ids.readOnlyKey = await server.issueKey(['flows:read']);
  });
  after(() => server.stop());

  const named = (text: string): string => text.replace(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole);

  const action = (changes: Json = {}, message: Json = {}): Json => ({
    temporary_id: 'a',
    type: 'send-webhook',
    links: { next: null },
    data: {
      message: { name: 'A', url: 'https://example.com/a', headers: { 'x-token': 'secret' }, body: '{}', ...message },
    },
    ...changes,
  });

  const flow = (definition: Json = {}, attributes: Json = {}): Json => ({
    data: {
      type: 'flow',
      attributes: {
        name: 'Orders',
        definition: {
          triggers: [{ type: 'metric', id: '{metric}' }],
          actions: [action()],
          entry_action_id: 'a',
          ...definition,
        },
        ...attributes,
      },
    },
  });

  const event = (attributes: Json = {}): Json => ({
    data: {
      type: 'event',
      attributes: {
        properties: {},
        metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
        profile: { data: { type: 'profile', attributes: { email: 'ana@example.com' } } },
        ...attributes,
      },
    },
  });

  const bulk = (...jobs: { profile?: Json; events: Json[] }[]): Json => ({
    data: {
      type: 'event-bulk-create-job',
      attributes: {
        'events-bulk-create': {
          data: jobs.map(({ profile = { attributes: { email: 'ana@example.com' } }, events }) => ({
            type: 'event-bulk-create',
            attributes: {
              profile: { data: { type: 'profile', ...profile } },
              events: {
                data: events.map((attributes) => ({
                  type: 'event',
                  attributes: {
                    properties: {},
                    metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
                    ...attributes,
                  },
                })),
              },
            },
          })),
        },
      },
    },
  });

  const profile = (attributes: Json, more: Json = {}): Json => ({ data: { type: 'profile', attributes, ...more } });
  const changedFlow = (attributes: Json, id = '{flow}'): Json => ({ data: { type: 'flow', id, attributes } });
  const changedAction = (definition: Json, id = '{action}'): Json => ({
    data: { type: 'flow-action', id, attributes: { definition } },
  });
  const existingAction = (changes: Json = {}, message: Json = {}): Json => {
    const { temporary_id: _, ...given } = action(changes, message);
    return given;
  };
  const segment = (...conditions: Json[]): Json => ({
    data: { type: 'segment', attributes: { name: 'New', definition: { condition_groups: [{ conditions }] } } },
  });
  const ofPlan = (filter: Json): Json => ({ type: 'profile-property', property: "properties['plan']", filter });
  const members = (...given: string[]): Json => ({ data: given.map((id) => ({ type: 'profile', id })) });
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { deeper: nested(levels - 1) });

  const EVENTS = 'POST /api/events';
  const BULK = 'POST /api/event-bulk-create-jobs';
  const FLOWS = 'POST /api/flows';
  const MEMBERS = 'POST /api/lists/{list}/relationships/profiles';
  const PROFILES = 'POST /api/profiles';
  const ATTRIBUTES = '/data/attributes';
  const CONDITION = `${ATTRIBUTES}/definition/condition_groups/0/conditions/0`;
  const DEFINITION = `${ATTRIBUTES}/definition`;
  const MESSAGE = `${DEFINITION}/actions/0/data/message`;
  const invalid = { status: 400, code: 'invalid' };
  const notFound = { status: 404, code: 'not_found', at: [{}] };

  const tables: Record<string, Row[]> = {
    'in a document': [
      { is: 'malformed JSON', request: EVENTS, body: '{"data": ', status: 400, code: 'parse_error', at: [''] },
      { is: 'no body', request: EVENTS, ...invalid, at: [''] },
      { is: 'null', request: EVENTS, body: 'null', ...invalid, at: [''] },
      { is: 'a list', request: EVENTS, body: [], ...invalid, at: [''] },
      {
        is: 'NUL in a text',
        request: PROFILES,
        body: profile({ title: 'A\0' }),
        ...invalid,
        at: [`${ATTRIBUTES}/title`],
      },
      {
        is: 'NUL in a name',
        request: EVENTS,
        body: event({ properties: { items: [{ 'a\0': 1 }] } }),
        ...invalid,
        at: [`${ATTRIBUTES}/properties/items/0`],
      },
      { is: 'NUL in the path', request: 'GET /api/flows/a%00b', ...invalid, at: [{}] },
      { is: 'NUL in a parameter', request: 'GET /api/flows?page[cursor]=%00', ...invalid, at: [{}] },
      { is: 'an empty object', request: EVENTS, body: {}, ...invalid, at: ['/data'] },
      {
        is: 'a body over 5 MB',
        request: EVENTS,
        body: event({ properties: { text: 'x'.repeat(5 * 1024 * 1024) } }),
        status: 413,
        code: 'payload_too_large',
        at: [''],
      },
      {
        is: 'a content type that is not JSON',
        request: EVENTS,
        body: JSON.stringify(event()),
        headers: { 'content-type': 'text/plain' },
        status: 415,
        code: 'unsupported_media_type',
        at: [{ header: 'Content-Type' }],
      },
      { is: 'an unknown field', request: EVENTS, body: { ...event(), extra: 1 }, ...invalid, at: ['/extra'] },
      {
        is: 'an unknown attribute',
        request: EVENTS,
        body: event({ extra: 1 }),
        ...invalid,
        at: [`${ATTRIBUTES}/extra`],
      },
      {
        is: 'several unknown attributes',
        request: EVENTS,
        body: event({ 'a/b': 1, 'c~d': 1 }),
        ...invalid,
        at: [`${ATTRIBUTES}/a~1b`, `${ATTRIBUTES}/c~0d`],
      },
      {
        is: 'another type of resource',
        request: PROFILES,
        body: { data: { type: 'person', attributes: {} } },
        ...invalid,
        at: ['/data/type'],
      },
      {
        is: 'no attributes',
        request: PROFILES,
        body: { data: { type: 'profile' } },
        ...invalid,
        at: ['/data/attributes'],
      },
    ],
    'in an event': [
      {
        is: 'more than 400 properties',
        request: EVENTS,
        body: event({ properties: Object.fromEntries(Array.from({ length: 401 }, (_, n) => [`p${n}`, n])) }),
        ...invalid,
        at: [`${ATTRIBUTES}/properties`],
      },
      {
        is: 'properties that are a list',
        request: EVENTS,
        body: event({ properties: [] }),
        ...invalid,
        at: [`${ATTRIBUTES}/properties`],
      },
      {
        is: 'no properties',
        request: EVENTS,
        body: event({ properties: undefined }),
        ...invalid,
        at: [`${ATTRIBUTES}/properties`],
      },
      {
        is: 'properties nested too deep',
        request: EVENTS,
        body: event({ properties: nested(11) }),
        ...invalid,
        at: [`${ATTRIBUTES}/properties${'/deeper'.repeat(10)}`],
      },
      {
        is: 'a number too large',
        request: EVENTS,
        body: JSON.stringify(event({ properties: { n: 'N' } })).replace('"N"', '1e999'),
        ...invalid,
        at: [`${ATTRIBUTES}/properties/n`],
      },
      {
        is: 'a property named __proto__',
        request: EVENTS,
        body: JSON.stringify(event({ properties: { N: 1 } })).replace('"N"', '"__proto__"'),
        ...invalid,
        at: [`${ATTRIBUTES}/properties/__proto__`],
      },
      {
        is: 'a time before 1990',
        request: EVENTS,
        body: event({ time: '1989-12-31T23:59:59Z' }),
        ...invalid,
        at: [`${ATTRIBUTES}/time`],
      },
      {
        is: 'a time over a year ahead',
        request: EVENTS,
        body: event({ time: new Date(Date.now() + 370 * 86_400_000).toISOString() }),
        ...invalid,
        at: [`${ATTRIBUTES}/time`],
      },
      {
        is: 'a time without its offset',
        request: EVENTS,
        body: event({ time: '2026-01-31T09:30:00' }),
        ...invalid,
        at: [`${ATTRIBUTES}/time`],
      },
      {
        is: 'a time that is a number',
        request: EVENTS,
        body: event({ time: 1_769_851_800 }),
        ...invalid,
        at: [`${ATTRIBUTES}/time`],
      },
      {
        is: 'a value that is a text',
        request: EVENTS,
        body: event({ value: '88.80' }),
        ...invalid,
        at: [`${ATTRIBUTES}/value`],
      },
      {
        is: 'a currency that is none',
        request: EVENTS,
        body: event({ value_currency: 'dollars' }),
        ...invalid,
        at: [`${ATTRIBUTES}/value_currency`],
      },
      {
        is: 'a metric without name',
        request: EVENTS,
        body: event({ metric: { data: { type: 'metric', attributes: { name: ' ' } } } }),
        ...invalid,
        at: [`${ATTRIBUTES}/metric/data/attributes/name`],
      },
      {
        is: 'no metric',
        request: EVENTS,
        body: event({ metric: undefined }),
        ...invalid,
        at: [`${ATTRIBUTES}/metric`],
      },
      {
        is: 'a profile without identifier',
        request: EVENTS,
        body: event({ profile: profile({ first_name: 'Ana' }) }),
        ...invalid,
        at: [`${ATTRIBUTES}/profile/data`],
      },
      {
        is: 'a profile that does not exist',
        request: EVENTS,
        body: event({ profile: profile({}, { id: 'nobody' }) }),
        ...invalid,
        at: [`${ATTRIBUTES}/profile/data/id`],
      },
      {
        is: 'an e-mail address that is none',
        request: EVENTS,
        body: event({ profile: profile({ email: 'ana' }) }),
        ...invalid,
        at: [`${ATTRIBUTES}/profile/data/attributes/email`],
      },
      {
        is: 'a bad time in a later job',
        request: BULK,
        body: bulk({ events: [{}] }, { events: [{}, { time: '1970-01-01T00:00:00Z' }] }),
        ...invalid,
        at: [`${ATTRIBUTES}/events-bulk-create/data/1/attributes/events/data/1/attributes/time`],
      },
      {
        is: 'an unknown profile in a later job',
        request: BULK,
        body: bulk({ events: [{}, {}] }, { profile: { id: 'nobody' }, events: [{}] }),
        ...invalid,
        at: [`${ATTRIBUTES}/events-bulk-create/data/1/attributes/profile/data/id`],
      },
      {
        is: 'a patch of a profile in a bulk',
        request: BULK,
        body: bulk({ profile: { attributes: { email: 'ana@example.com' }, meta: {} }, events: [{}] }),
        ...invalid,
        at: [`${ATTRIBUTES}/events-bulk-create/data/0/attributes/profile/data/meta`],
      },
      {
        is: 'more than 1,000 events in all',
        request: BULK,
        body: bulk({ events: Array(600).fill({}) }, { events: Array(600).fill({}) }),
        ...invalid,
        at: [`${ATTRIBUTES}/events-bulk-create/data`],
      },
      {
        is: 'a job without events',
        request: BULK,
        body: bulk({ events: [] }),
        ...invalid,
        at: [`${ATTRIBUTES}/events-bulk-create/data/0/attributes/events/data`],
      },
    ],
    "in a flow's definition": [
      {
        is: 'an unknown type of trigger',
        request: FLOWS,
        body: flow({ triggers: [{ type: 'full-moon', id: 'x' }] }),
        ...invalid,
        at: [`${DEFINITION}/triggers/0/type`],
      },
      {
        is: 'a trigger that does not exist',
        request: FLOWS,
        body: flow({ triggers: [{ type: 'metric', id: 'none' }] }),
        ...invalid,
        at: [`${DEFINITION}/triggers/0/id`],
      },
      {
        is: 'the id of another kind of thing',
        request: FLOWS,
        body: flow({ triggers: [{ type: 'segment', id: '{list}' }] }),
        ...invalid,
        at: [`${DEFINITION}/triggers/0/id`],
      },
      {
        is: 'two triggers',
        request: FLOWS,
        body: flow({
          triggers: [
            { type: 'metric', id: '{metric}' },
            { type: 'list', id: '{list}' },
          ],
        }),
        ...invalid,
        at: [`${DEFINITION}/triggers`],
      },
      { is: 'no trigger', request: FLOWS, body: flow({ triggers: [] }), ...invalid, at: [`${DEFINITION}/triggers`] },
      {
        is: 'a filter of nothing',
        request: FLOWS,
        body: flow({ profile_filter: { condition_groups: [] } }),
        ...invalid,
        at: [`${DEFINITION}/profile_filter/condition_groups`],
      },
      {
        is: 'an unknown type of action',
        request: FLOWS,
        body: flow({ actions: [action({ type: 'send-pigeon' })] }),
        ...invalid,
        at: [`${DEFINITION}/actions/0/type`],
      },
      { is: 'no actions', request: FLOWS, body: flow({ actions: [] }), ...invalid, at: [`${DEFINITION}/actions`] },
      {
        is: 'two entry actions',
        request: FLOWS,
        body: flow({ actions: [action(), action({ temporary_id: 'b' })] }),
        ...invalid,
        at: [`${DEFINITION}/actions/1`],
      },
      {
        is: 'an entry action that is none',
        request: FLOWS,
        body: flow({ entry_action_id: 'z' }),
        ...invalid,
        at: [`${DEFINITION}/entry_action_id`],
      },
      {
        is: 'no entry action',
        request: FLOWS,
        body: flow({ entry_action_id: null }),
        ...invalid,
        at: [`${DEFINITION}/entry_action_id`],
      },
      {
        is: 'a link to nowhere',
        request: FLOWS,
        body: flow({ actions: [action({ links: { next: 'z' } })] }),
        ...invalid,
        at: [`${DEFINITION}/actions/0/links/next`],
      },
      {
        is: 'a loop of links',
        request: FLOWS,
        body: flow({
          actions: [action({ links: { next: 'b' } }), action({ temporary_id: 'b', links: { next: 'a' } })],
        }),
        ...invalid,
        at: [`${DEFINITION}/actions/1/links/next`],
      },
      {
        is: 'a link of an action to itself',
        request: FLOWS,
        body: flow({ actions: [action({ links: { next: 'a' } })] }),
        ...invalid,
        at: [`${DEFINITION}/actions/0/links/next`],
      },
      {
        is: 'one temporary id twice',
        request: FLOWS,
        body: flow({ actions: [action({ links: { next: 'a' } }), action()] }),
        ...invalid,
        at: [`${DEFINITION}/actions/1/temporary_id`],
      },
      {
        is: 'an action without temporary id',
        request: FLOWS,
        body: flow({ actions: [action({ temporary_id: undefined })] }),
        ...invalid,
        at: [`${DEFINITION}/actions/0/temporary_id`],
      },
      {
        is: 'a new action with an id',
        request: FLOWS,
        body: flow({ actions: [action({ id: 'a' })] }),
        ...invalid,
        at: [`${DEFINITION}/actions/0/id`],
      },
      {
        is: 'an http:// URL',
        request: FLOWS,
        body: flow({ actions: [action({}, { url: 'http://example.com/' })] }),
        ...invalid,
        at: [`${MESSAGE}/url`],
      },
      {
        is: 'a URL that is none',
        request: FLOWS,
        body: flow({ actions: [action({}, { url: 'example' })] }),
        ...invalid,
        at: [`${MESSAGE}/url`],
      },
      {
        is: 'a URL with a password',
        request: FLOWS,
        body: flow({ actions: [action({}, { url: 'https://a:b@example.com/' })] }),
        ...invalid,
        at: [`${MESSAGE}/url`],
      },
      {
        is: 'no URL',
        request: FLOWS,
        body: flow({ actions: [action({}, { url: undefined })] }),
        ...invalid,
        at: [`${MESSAGE}/url`],
      },
      {
        is: 'a header with a line break',
        request: FLOWS,
        body: flow({ actions: [action({}, { headers: { 'x-token': 'a\r\nx-evil: b' } })] }),
        ...invalid,
        at: [`${MESSAGE}/headers/x-token`],
      },
      {
        is: 'a header name with a line break',
        request: FLOWS,
        body: flow({ actions: [action({}, { headers: { 'x\r\ny': 'a' } })] }),
        ...invalid,
        at: [`${MESSAGE}/headers/x\r\ny`],
      },
      {
        is: 'a header named __proto__',
        request: FLOWS,
        body: JSON.stringify(flow({ actions: [action({}, { headers: { N: 'a' } })] })).replace('"N"', '"__proto__"'),
        ...invalid,
        at: [`${MESSAGE}/headers/__proto__`],
      },
      {
        is: 'a header that is a number',
        request: FLOWS,
        body: flow({ actions: [action({}, { headers: { 'x-n': 1 } })] }),
        ...invalid,
        at: [`${MESSAGE}/headers/x-n`],
      },
      {
        is: 'a header that the engine sets',
        request: FLOWS,
        body: flow({ actions: [action({}, { headers: { Host: 'example.com' } })] }),
        ...invalid,
        at: [`${MESSAGE}/headers/Host`],
      },
      {
        is: 'a header value that was only shown',
        request: FLOWS,
        body: flow({ actions: [action({}, { headers: { 'x-token': '•••sha256:01234567' } })] }),
        ...invalid,
        at: [`${MESSAGE}/headers/x-token`],
      },
      {
        is: 'a template that cannot be read',
        request: FLOWS,
        body: flow({ actions: [action({}, { body: '{"a": {{ event.n|uper }}}' })] }),
        ...invalid,
        at: [`${MESSAGE}/body`],
      },
      {
        is: 'an event variable where a list starts the flow',
        request: FLOWS,
        body: flow({
          triggers: [{ type: 'list', id: '{list}' }],
          actions: [action({}, { body: '{"a": "{{ event.OrderId }}"}' })],
        }),
        ...invalid,
        at: [`${MESSAGE}/body`],
      },
      {
        is: 'a body that is no JSON',
        request: FLOWS,
        body: flow({ actions: [action({}, { body: '{"a": 1,}' })] }),
        ...invalid,
        at: [`${MESSAGE}/body`],
      },
      {
        is: 'a preview of a template that cannot be read',
        request: 'POST /api/hookledger/template-previews',
        body: { data: { type: 'template-preview', attributes: { body: '{"a": {{ event.n|uper }}}' } } },
        ...invalid,
        at: ['/data/attributes/body'],
      },
      {
        is: 'a preview with a profile that nobody knows',
        request: 'POST /api/hookledger/template-previews',
        body: { data: { type: 'template-preview', attributes: { body: '{}', profile_id: 'nobody' } } },
        ...invalid,
        at: ['/data/attributes/profile_id'],
      },
      {
        is: 'a fault in the second action',
        request: FLOWS,
        body: flow({ actions: [action({ links: { next: 'b' } }), action({ temporary_id: 'b' }, { url: 'ftp://x' })] }),
        ...invalid,
        at: [`${DEFINITION}/actions/1/data/message/url`],
      },
      {
        is: 'an unknown status of an action',
        request: FLOWS,
        body: flow({ actions: [action({ data: { message: { url: 'https://example.com/' }, status: 'asleep' } })] }),
        ...invalid,
        at: [`${DEFINITION}/actions/0/data/status`],
      },
      {
        is: 'a name of white space',
        request: FLOWS,
        body: flow({}, { name: '  ' }),
        ...invalid,
        at: [`${ATTRIBUTES}/name`],
      },
    ],
    'in a change': [
      {
        is: 'an unknown status of a flow',
        request: 'PATCH /api/flows/{flow}',
        body: changedFlow({ status: 'asleep' }),
        ...invalid,
        at: [`${ATTRIBUTES}/status`],
      },
      {
        is: "another flow's id",
        request: 'PATCH /api/flows/{flow}',
        body: changedFlow({ status: 'live' }, 'other'),
        ...invalid,
        at: ['/data/id'],
      },
      {
        is: 'a flow that does not exist',
        request: 'PATCH /api/flows/none',
        body: changedFlow({ status: 'live' }, 'none'),
        ...notFound,
      },
      { is: 'a flow to delete that does not exist', request: 'DELETE /api/flows/none', ...notFound },
      {
        is: "another action's id",
        request: 'PATCH /api/flow-actions/{action}',
        body: changedAction(existingAction(), 'other'),
        ...invalid,
        at: ['/data/id'],
      },
      {
        is: "another action's id in the definition",
        request: 'PATCH /api/flow-actions/{action}',
        body: changedAction(existingAction({ id: 'other' })),
        ...invalid,
        at: [`${DEFINITION}/id`],
      },
      {
        is: 'a changed link',
        request: 'PATCH /api/flow-actions/{action}',
        body: changedAction(existingAction({ links: { next: 'x' } })),
        ...invalid,
        at: [`${DEFINITION}/links/next`],
      },
      {
        is: 'an http:// URL',
        request: 'PATCH /api/flow-actions/{action}',
        body: changedAction(existingAction({}, { url: 'http://example.com' })),
        ...invalid,
        at: [`${DEFINITION}/data/message/url`],
      },
      {
        is: 'the shown value of another header',
        request: 'PATCH /api/flow-actions/{action}',
        body: changedAction(existingAction({}, { headers: { 'x-other': '•••sha256:01234567' } })),
        ...invalid,
        at: [`${DEFINITION}/data/message/headers/x-other`],
      },
      {
        is: 'an action that does not exist',
        request: 'PATCH /api/flow-actions/none',
        body: changedAction(existingAction(), 'none'),
        ...notFound,
      },
      { is: 'an action to delete that does not exist', request: 'DELETE /api/flow-actions/none', ...notFound },
      {
        is: 'a delivery to resend that does not exist',
        request: 'POST /api/hookledger/deliveries/none/resend',
        ...notFound,
      },
    ],
    'about profiles': [
      { is: 'no identifier', request: PROFILES, body: profile({ first_name: 'Ana' }), ...invalid, at: [ATTRIBUTES] },
      {
        is: 'a phone number that is none',
        request: PROFILES,
        body: profile({ phone_number: '0664 123' }),
        ...invalid,
        at: [`${ATTRIBUTES}/phone_number`],
      },
      {
        is: 'an unknown attribute of the location',
        request: PROFILES,
        body: profile({ email: 'new@example.com', location: { planet: 'Earth' } }),
        ...invalid,
        at: [`${ATTRIBUTES}/location/planet`],
      },
      {
        is: 'a profile that exists',
        request: PROFILES,
        body: profile({ email: 'ANA@example.com' }),
        status: 409,
        code: 'duplicate_profile',
        at: [`${ATTRIBUTES}/email`],
      },
      {
        is: 'the identifier of another',
        request: 'PATCH /api/profiles/{other}',
        body: profile({ email: 'ana@example.com' }, { id: '{other}' }),
        status: 409,
        code: 'duplicate_profile',
        at: [`${ATTRIBUTES}/email`],
      },
      {
        is: "another profile's id",
        request: 'PATCH /api/profiles/{profile}',
        body: profile({}, { id: '{other}' }),
        ...invalid,
        at: ['/data/id'],
      },
      {
        is: 'a profile to change that does not exist',
        request: 'PATCH /api/profiles/none',
        body: profile({}, { id: 'none' }),
        ...notFound,
      },
      {
        is: 'a profile to import that does not exist',
        request: 'POST /api/profile-import',
        body: profile({}, { id: 'none' }),
        ...invalid,
        at: ['/data/id'],
      },
      {
        is: 'an import of nobody',
        request: 'POST /api/profile-import',
        body: profile({ title: 'Owner' }),
        ...invalid,
        at: ['/data'],
      },
      {
        is: 'an opt-in process that is not there',
        request: 'POST /api/lists',
        body: { data: { type: 'list', attributes: { name: 'New', opt_in_process: 'double_opt_in' } } },
        ...invalid,
        at: [`${ATTRIBUTES}/opt_in_process`],
      },
      {
        is: 'a condition of a segment that hookledger has not',
        request: 'POST /api/segments',
        body: segment({ type: 'profile-marketing-consent', consent: { channel: 'email' } }),
        ...invalid,
        at: [`${CONDITION}/type`],
      },
      {
        is: 'a group without conditions',
        request: 'POST /api/segments',
        body: segment(),
        ...invalid,
        at: [`${ATTRIBUTES}/definition/condition_groups/0/conditions`],
      },
      {
        is: 'an operator that a filter has not',
        request: 'POST /api/segments',
        body: segment(ofPlan({ type: 'numeric', operator: 'contains', value: 1 })),
        ...invalid,
        at: [`${CONDITION}/filter/operator`],
      },
      {
        is: 'a regular expression that could take for ever',
        request: 'POST /api/segments',
        body: segment(ofPlan({ type: 'string', operator: 'regex', value: '(a+)\\1' })),
        ...invalid,
        at: [`${CONDITION}/filter/value`],
      },
      {
        is: 'a segment of a list that does not exist',
        request: 'POST /api/segments',
        body: segment({ type: 'profile-group-membership', is_member: true, group_ids: ['{list}', 'nowhere'] }),
        ...invalid,
        at: [`${CONDITION}/group_ids/1`],
      },
      {
        is: 'a member that does not exist',
        request: MEMBERS,
        body: members('{profile}', 'nobody'),
        ...invalid,
        at: ['/data/1/id'],
      },
      { is: 'no members', request: MEMBERS, body: members(), ...invalid, at: ['/data'] },
      {
        is: 'more than 1,000 members',
        request: MEMBERS,
        body: members(...Array<string>(1_001).fill('{profile}')),
        ...invalid,
        at: ['/data'],
      },
      {
        is: 'a list that does not exist',
        request: 'POST /api/lists/none/relationships/profiles',
        body: members('{profile}'),
        ...notFound,
      },
      {
        is: 'a member to remove that does not exist',
        request: 'DELETE /api/lists/{list}/relationships/profiles',
        body: members('nobody'),
        ...invalid,
        at: ['/data/0/id'],
      },
    ],
    'in the address': [
      { is: 'an unknown parameter', request: 'GET /api/flows?colour=red', ...invalid, at: [{ parameter: 'colour' }] },
      {
        is: 'an unknown parameter where there are none',
        request: `${EVENTS}?colour=red`,
        body: event(),
        ...invalid,
        at: [{ parameter: 'colour' }],
      },
      {
        is: 'a parameter given twice',
        request: 'GET /api/flows?sort=-created&sort=-created',
        ...invalid,
        at: [{ parameter: 'sort' }],
      },
      {
        is: 'a cursor that no page gave',
        request: 'GET /api/flows?page[cursor]=zzz',
        ...invalid,
        at: [{ parameter: 'page[cursor]' }],
      },
      {
        is: 'a cursor of actions that no page gave',
        request: 'GET /api/flows/{flow}/flow-actions?page[cursor]=zzz',
        ...invalid,
        at: [{ parameter: 'page[cursor]' }],
      },
      {
        is: 'a page of none',
        request: 'GET /api/profiles?page[size]=0',
        ...invalid,
        at: [{ parameter: 'page[size]' }],
      },
      {
        is: 'a page that is too large',
        request: 'GET /api/profiles?page[size]=101',
        ...invalid,
        at: [{ parameter: 'page[size]' }],
      },
      {
        is: 'a page of some',
        request: 'GET /api/profiles?page[size]=some',
        ...invalid,
        at: [{ parameter: 'page[size]' }],
      },
      {
        is: 'a filter that cannot be read',
        request: 'GET /api/flows?filter=name is x',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'a filter for what is not there',
        request: 'GET /api/flows?filter=equals(colour,"red")',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'an operator that a field of a filter has not',
        request: 'GET /api/flows?filter=greater-than(name,"a")',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'a list where a filter takes one value',
        request: 'GET /api/flows?filter=equals(name,["a","b"])',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'one value where a filter takes a list',
        request: 'GET /api/flows?filter=any(id,"a")',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'a list in a filter that is too long',
        request: `GET /api/flows?filter=any(id,[${Array<string>(101).fill('a')}])`,
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'a filter of too many conditions',
        request: `GET /api/flows?filter=${Array<string>(21).fill('equals(name,a)')}`,
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'a time in a filter that is none',
        request: 'GET /api/flows?filter=greater-than(created,yesterday)',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'a word in a filter that its field never is',
        request: 'GET /api/flows?filter=equals(status,"lost")',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'a part in a filter that is in any text',
        request: 'GET /api/flows?filter=contains(name,"")',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'a text in a filter that no database takes',
        request: 'GET /api/flows?filter=equals(name,"\\u0000")',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'a field of a filter twice where it can be one thing alone',
        request: 'GET /api/hookledger/analytics?filter=equals(flow_id,"a"),equals(flow_id,"b")',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      {
        is: 'an order of what is sealed',
        request: 'GET /api/profiles?sort=-email',
        ...invalid,
        at: [{ parameter: 'sort' }],
      },
      {
        is: 'a cursor of another order',
        request: `GET /api/flows?sort=name&page[cursor]=${Buffer.from('["-name","a",1]').toString('base64url')}`,
        ...invalid,
        at: [{ parameter: 'page[cursor]' }],
      },
      {
        is: 'an order that is not there',
        request: 'GET /api/flows?sort=colour',
        ...invalid,
        at: [{ parameter: 'sort' }],
      },
      {
        is: 'a field that is not there',
        request: 'GET /api/flows?fields[flow]=colour',
        ...invalid,
        at: [{ parameter: 'fields[flow]' }],
      },
      {
        is: 'something to include that is not there',
        request: 'GET /api/flows/{flow}?include=colours',
        ...invalid,
        at: [{ parameter: 'include' }],
      },
      {
        is: 'a status that is not there',
        request: 'GET /api/hookledger/deliveries?filter=equals(status,"lost")',
        ...invalid,
        at: [{ parameter: 'filter' }],
      },
      { is: 'a queue that is not there', request: 'GET /api/hookledger/queues/lost', ...notFound },
      {
        is: 'a time that is none',
        request: 'GET /api/hookledger/analytics?from=yesterday',
        ...invalid,
        at: [{ parameter: 'from' }],
      },
      {
        is: 'a moment that is none',
        request: 'GET /api/hookledger/streams/flow-{flow}/history?as_of=then',
        ...invalid,
        at: [{ parameter: 'as_of' }],
      },
      { is: 'a stream that does not exist', request: 'GET /api/hookledger/streams/none/history', ...notFound },
      { is: 'a delivery that does not exist', request: 'GET /api/hookledger/deliveries/none/history', ...notFound },
      { is: 'an address that leads nowhere', request: 'GET /api/campaigns', ...notFound },
      { is: 'an address that cannot be read', request: 'GET /api/flows/%E0%A4', ...invalid, at: [{}] },
      {
        is: 'an id longer than any',
        request: `GET /api/flows/${'x'.repeat(300)}`,
        ...invalid,
        at: [{}],
      },
      {
        is: 'a method that is not there',
        request: 'PUT /api/flows',
        status: 405,
        code: 'method_not_allowed',
        at: [{}],
      },
    ],
    'about who asks': [
      {
        is: 'no key',
        request: EVENTS,
        body: event(),
        headers: { authorization: '' },
        status: 401,
        code: 'not_authenticated',
        at: [{ header: 'Authorization' }],
      },
      {
        is: 'another scheme',
        request: EVENTS,
        body: event(),
        headers: { authorization: 'Bearer x' },
        status: 401,
        code: 'not_authenticated',
        at: [{ header: 'Authorization' }],
      },
      {
        is: 'an unknown key',
        request: EVENTS,
        body: event(),
        headers: { authorization: `Klaviyo-API-Key hk_${'0'.repeat(32)}_${'A'.repeat(43)}` },
        status: 401,
        code: 'authentication_failed',
        at: [{ header: 'Authorization' }],
      },
      {
        is: 'what is no key at all',
        request: EVENTS,
        body: event(),
        headers: { authorization: 'Klaviyo-API-Key pk_123' },
        status: 401,
        code: 'authentication_failed',
        at: [{ header: 'Authorization' }],
      },
      {
        is: 'a missing scope',
        request: EVENTS,
        body: event(),
        headers: { authorization: 'Klaviyo-API-Key {readOnlyKey}' },
        status: 403,
        code: 'permission_denied',
        at: [{}],
      },
      {
        is: 'a missing scope for what is to be included',
        request: 'GET /api/metrics/{metric}?include=flow-triggers',
        headers: { authorization: 'Klaviyo-API-Key {metricsKey}' },
        status: 403,
        code: 'permission_denied',
        at: [{}],
      },
      {
        is: 'a missing scope, before the body is looked at',
        request: EVENTS,
        body: '{',
        headers: { authorization: 'Klaviyo-API-Key {readOnlyKey}' },
        status: 403,
        code: 'permission_denied',
        at: [{}],
      },
      {
        is: 'a malformed revision',
        request: EVENTS,
        body: event(),
        headers: { revision: 'latest' },
        ...invalid,
        at: [{ header: 'revision' }],
      },
      {
        is: 'a revision of a day that never was',
        request: EVENTS,
        body: event(),
        headers: { revision: '2026-02-30' },
        ...invalid,
        at: [{ header: 'revision' }],
      },
      {
        is: "a revision from before Klaviyo's first",
        request: EVENTS,
        body: event(),
        headers: { revision: '2022-10-16' },
        ...invalid,
        at: [{ header: 'revision' }],
      },
      {
        is: 'a revision of a day to come',
        request: EVENTS,
        body: event(),
        headers: { revision: '2999-01-15' },
        ...invalid,
        at: [{ header: 'revision' }],
      },
    ],
  };

  for (const [where, rows] of Object.entries(tables)) {
    describe(where, () => {
      for (const { is, request, body, headers = {}, status, code, at } of rows) {
        it(`refuses ${is} (${request.split('?', 1)[0]}), and appends nothing`, async () => {
          const head = await server.eventStore.headPosition();
          const [method = '', path = ''] = named(request).split(/ (.*)/, 2);
          const text =
            body === undefined ? {} : { body: named(typeof body === 'string' ? body : JSON.stringify(body)) };
          const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, named(value)]));
          const response = await server.fetch(method, path, { ...text, headers: sent });
          const { errors } = (await response.json()) as Document;

          const sources = at.map((place) => (typeof place === 'string' ? { pointer: place } : place));
          expect(
            { status: response.status, sources: errors.map(({ source }) => source) },
            JSON.stringify(errors),
          ).to.deep.equal({ status, sources });
          expect(response.headers.get('content-type')).to.equal('application/vnd.api+json');
          for (const error of errors) {
            expect(error).to.include({ status, code });
            expect(error.id).to.match(/^[0-9a-f-]{36}$/);
            expect(error.title).to.match(/^[A-Z].*\.$/);
            expect(error.detail).to.match(/^\S.{10,}[.?]$/s);
          }
          expect(await server.eventStore.headPosition()).to.equal(head);
        });
      }
    });
  }

  it('names the methods that there are', async () => {
    const response = await server.fetch('PUT', '/api/flows');
    expect(response.headers.get('allow')).to.equal('GET, HEAD, POST');
  });

  it('says in a sentence what fits no form that a field can have', async () => {
    const attributes = { email: 'cleo@example.com', location: { latitude: {} } };
    const response = await server.fetch('POST', '/api/profiles', { body: { data: { type: 'profile', attributes } } });
    const { errors } = (await response.json()) as Document;
    expect(errors.map(({ detail }) => detail)).to.deep.equal([
      "'latitude' can't be an object; /openapi.json says what it can be.",
    ]);
  });

  it('repeats what was sent in one line, without control characters', async () => {
    const response = await server.fetch('POST', '/api/lists', { body: { data: { type: 'a\n\u001b[31m' } } });
    const { errors } = (await response.json()) as Document;
    expect(errors[0]?.detail).to.equal("'type' has to be 'list', not 'a\\u000a\\u001b[31m'.");
  });

  it('says of what there is no call for where those are listed', async () => {
    const response = await server.fetch('POST', '/api/campaigns', { body: '{"broken' });
    const { errors } = (await response.json()) as Document;
    expect(errors[0]).to.deep.include({ status: 404, code: 'not_found' });
    expect(errors[0]?.detail).to.equal(
      'There is nothing at POST /api/campaigns: hookledger does not have this call; /docs and /openapi.json list those that it has.',
    );
  });

  it("takes any revision since Klaviyo's first, and none, and says in which one it answers", async () => {
    for (const revision of ['2026-07-15', '2022-10-17', '2025-10-15.pre', undefined]) {
      const headers = {
        authorization: `Klaviyo-API-Key ${server.key}`,
        ...(revision === undefined ? {} : { revision }),
      };
      const response = await fetch(`${server.url}/api/flows`, { headers });
      expect(response.status, revision).to.equal(200);
      expect(response.headers.get('revision'), revision).to.equal('2026-07-15');
    }
  });

  it('takes what is at its bounds', async () => {
    const properties = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`p${n}`, n]));
    for (const attributes of [
      { properties },
      { time: '1990-01-01T00:00:00Z' },
      { time: new Date(Date.now() + 364 * 86_400_000).toISOString() },
      { properties: nested(10) },
    ]) {
      const response = await server.fetch('POST', '/api/events', { body: event(attributes) });
      expect(response.status, await response.text()).to.equal(202);
    }
  });
});
