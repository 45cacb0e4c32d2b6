import { expect } from 'chai';
import { ShiftedClock } from '../../support/shifted-clock.js';
import { DocumentedAnswers, type OpenApi } from './documented-answers.js';
import { type Document, type RunningServer, startServer } from './running-server.js';
import { type SdkAnswer, SdkCaller, sdkCalls } from './sdk-calls.js';
import { type SliceCall, sliceOf } from './slice-calls.js';
import { type MadeThings, makeThings } from './things-in-collections.js';

type Resource = Document['data'][number];

/** A call that answers with a collection, the one that answers with its ids alone, and what the path names. */
interface Collection {
  call: string;
  ids?: string;
  given?: (made: MadeThings) => string[];
}

const COLLECTIONS: readonly Collection[] = [
  { call: 'getFlows' },
  { call: 'getActionsForFlow', ids: 'getActionIdsForFlow', given: ({ flow }) => [flow] },
  { call: 'getMetrics' },
  { call: 'getFlowsTriggeredByMetric', ids: 'getIdsForFlowsTriggeredByMetric', given: ({ metric }) => [metric] },
  { call: 'getProfiles' },
  { call: 'getLists' },
  { call: 'getProfilesForList', ids: 'getProfileIdsForList', given: ({ list }) => [list] },
  { call: 'getFlowsTriggeredByList', ids: 'getIdsForFlowsTriggeredByList', given: ({ list }) => [list] },
  { call: 'getSegments' },
  { call: 'getProfilesForSegment', ids: 'getProfileIdsForSegment', given: ({ segment }) => [segment] },
  { call: 'getFlowsTriggeredBySegment', ids: 'getIdsForFlowsTriggeredBySegment', given: ({ segment }) => [segment] },
  { call: 'getCatalogItems' },
  { call: 'getCatalogVariants' },
  { call: 'getVariantsForCatalogItem', ids: 'getVariantIdsForCatalogItem', given: ({ item }) => [item] },
];

/** What the client's documentation lets a filter compare and hookledger does not have; by the reason. */
const WITHOUT_MEANING: ReadonlyMap<string, readonly string[]> = new Map([
  ['metrics belong to no integration', ['getMetrics integration.name', 'getMetrics integration.category']],
  [
    'profiles have neither exchange ids nor push tokens',
    [
      'getProfiles _kx',
      ...['getProfilesForList', 'getProfilesForSegment'].flatMap((call) => [`${call} push_token`, `${call} _kx`]),
    ],
  ],
  [
    'suppressions are not kept',
    [
      ...['reason', 'timestamp', 'list_id'].map((name) => `list_suppressions.${name}`),
      ...['reason', 'timestamp'].map((name) => `suppression.${name}`),
    ].map((field) => `getProfiles subscriptions.email.marketing.${field}`),
  ],
  ['the catalog has no categories', ['getCatalogItems category.id']],
]);

/** Fields that are not the attribute of that name. */
const FIELDS: Readonly<Record<string, (resource: Resource) => unknown>> = {
  id: ({ id }) => id,
  ids: ({ id }) => id,
  profile_id: ({ id }) => id,
  'item.id': ({ relationships }) => (relationships.item?.data as { id: string } | undefined)?.id,
  action_type: (action) => definitionOf(action).type.toUpperCase().replaceAll('-', '_'),
};

const definitionOf = ({ attributes }: Resource) => attributes.definition as { type: string; data: { status?: string } };

function fieldOf(resource: Resource, field: string): unknown {
  if (resource.type === 'flow-action' && field === 'status') return definitionOf(resource).data.status ?? '';
  return FIELDS[field]?.(resource) ?? resource.attributes[field];
}

/** What each operator is given of a field's value, and what it then has to find. */
const OPERATORS: Readonly<
  Record<string, { part?: (text: string) => string; finds: (a: string, b: string) => boolean }>
> = {
  equals: { finds: (a, b) => a === b },
  any: { finds: (a, b) => a === b },
  contains: { part: (text) => text.slice(1, -1), finds: (a, b) => a.includes(b) },
  'starts-with': { part: (text) => text.slice(0, 3), finds: (a, b) => a.startsWith(b) },
  'ends-with': { part: (text) => text.slice(-3), finds: (a, b) => a.endsWith(b) },
  'greater-than': { finds: (a, b) => a > b },
  'greater-or-equal': { finds: (a, b) => a >= b },
  'less-than': { finds: (a, b) => a < b },
  'less-or-equal': { finds: (a, b) => a <= b },
};

describe("Klaviyo's own client, collection by collection", () => {
  const clock = new ShiftedClock();
  let server: RunningServer;
  let client: SdkCaller;
  let slice: Map<string, SliceCall>;
  let made: MadeThings;

  before(async () => {
    server = await startServer(undefined, { clock, env: { HOOKLEDGER_RATE_LIMIT: '0' } });
    const documented = new DocumentedAnswers((await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi);
    slice = new Map(sliceOf(sdkCalls(), documented).map((one) => [one.call.name, one]));
    client = new SdkCaller(server.url, server.key);
    made = await makeThings(server, clock);
  });
  after(() => server.stop());

  const callOf = (name: string): SliceCall => slice.get(name) ?? expect.fail(`There is no ${name}.`);

  /** Options that the client does not have go beside it. */
  async function page(name: string, given: readonly string[], asked: Record<string, string>): Promise<Document> {
    const { call } = callOf(name);
    const options: Record<string, string> = {};
    const besides: Record<string, string> = {};
    for (const [parameter, value] of Object.entries(asked)) {
      const option = call.options.find((one) => one.parameter === parameter);
      if (option === undefined) besides[parameter] = value;
      else options[option.name] = value;
    }
    const { response, body } = await client.call(call, given, options, besides);
    const read = (body as { data: { id: string }[] }).data.map(({ id }) => id);
    const { data } = response.data as Document;
    expect(read).to.deep.equal(data.map(({ id }) => id));
    return response.data as Document;
  }

  /** All pages of one thing each, by the links. */
  async function walk(name: string, given: readonly string[], asked: Record<string, string>): Promise<Resource[]> {
    const seen: Resource[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { data, links } = await page(name, given, {
        ...asked,
        'page[size]': '1',
        ...(cursor === undefined ? {} : { 'page[cursor]': cursor }),
      });
      expect(data).to.have.lengthOf(1);
      seen.push(...data);
      cursor = links.next === null ? null : new URL(links.next).searchParams.get('page[cursor]');
    }
    return seen;
  }

  const everything = async (name: string, given: readonly string[], asked: Record<string, string> = {}) =>
    (await page(name, given, { ...asked, 'page[size]': '100' })).data;

  const wordsOf = (name: string): readonly string[] =>
    (callOf(name).operation.parameters?.find((one) => one.name === 'sort')?.schema.enum as string[] | undefined) ?? [];

  const idsIn = (resources: readonly { id: string }[]): string[] => resources.map(({ id }) => id);

  it('are all of those that the slice has', () => {
    const collections = [...slice.values()].filter(({ operation }) => {
      const { content } = operation.responses['200'] ?? {};
      return content?.['application/vnd.api+json']?.schema.properties?.data?.type === 'array';
    });
    const here = COLLECTIONS.flatMap(({ call, ids = [] }) => [call, ids].flat());
    expect(here).to.have.members(collections.filter(({ call }) => call.method === 'GET').map(({ call }) => call.name));
  });

  for (const { call: name, ids, given: givenOf = () => [] } of COLLECTIONS) {
    it(`${name}: pages of one thing show each once, in every order`, async () => {
      const given = givenOf(made);
      const all = idsIn(await everything(name, given));
      expect(all.length).to.be.greaterThan(2);
      for (const sort of ['', ...wordsOf(name)]) {
        const asked: Record<string, string> = sort === '' ? {} : { sort };
        const seen = await walk(name, given, asked);
        expect(idsIn(seen), sort).to.have.members(all).and.have.lengthOf(all.length);
        if (ids !== undefined) expect(idsIn(await walk(ids, given, asked)), sort).to.deep.equal(idsIn(seen));
        if (sort === '') continue;
        const keys = seen.map((resource) => String(fieldOf(resource, sort.replace('-', ''))));
        const ascending = sort.startsWith('-') ? keys.reverse() : keys;
        expect(ascending, sort).to.deep.equal([...ascending].sort());
      }
    });

    it(`${name}: a cursor of one order is refused in another`, async () => {
      const [one, other] = wordsOf(name);
      if (one === undefined || other === undefined) return;
      for (const call of [name, ids].flatMap((each) => each ?? [])) {
        const { links } = await page(call, givenOf(made), { sort: one, 'page[size]': '1' });
        const cursor = new URL(links.next ?? '').searchParams.get('page[cursor]') ?? '';
        expect(await refusalOf(page(call, givenOf(made), { sort: other, 'page[cursor]': cursor }))).to.deep.equal({
          status: 400,
          parameter: 'page[cursor]',
        });
      }
    });
  }

  it('find what each documented filter says', async () => {
    const refused = new Set<string>();
    let tried = 0;
    for (const { call: name, ids, given: givenOf = () => [] } of COLLECTIONS) {
      const given = givenOf(made);
      const all = await everything(name, given);
      for (const [field, operator] of filtersOf(name)) {
        const { part = (text: string) => text, finds } = OPERATORS[operator] ?? expect.fail(`What is ${operator}?`);
        const values = all
          .map((resource) => String(fieldOf(resource, field) ?? ''))
          .filter(Boolean)
          .sort();
        const at = { 'greater-than': 0, 'less-than': -1 }[operator] ?? Math.floor(values.length / 2);
        const compared = part(values.at(at) ?? 'anything');
        const filter = filterOf(field, operator, compared);
        const refusal = await refusalOf(everything(name, given, { filter }));
        if (refusal !== undefined) {
          expect(refusal, filter).to.deep.equal({ status: 400, parameter: 'filter' });
          refused.add(`${name} ${field}`);
          continue;
        }
        const found = idsIn(await everything(name, given, { filter }));
        const right = all.filter((resource) => finds(String(fieldOf(resource, field) ?? ''), compared));
        expect(found, `${name} ${filter}`).to.deep.equal(idsIn(right));
        const isNone = operator.endsWith('-than') && new Set(values).size === 1;
        expect(found.length > 0, `${name} ${filter} finds something`).to.equal(!isNone);
        if (ids !== undefined) expect(idsIn(await everything(ids, given, { filter })), filter).to.deep.equal(found);
        tried++;
      }
    }
    const listed = [...WITHOUT_MEANING.values()].flat();
    expect([...refused])
      .to.have.members(listed)
      .and.have.lengthOf(listed.length);
    expect(tried).to.be.greaterThan(70);
  });

  /** Each field that the client's documentation has, with each of its operators. */
  const filtersOf = (name: string): [field: string, operator: string][] =>
    callOf(name).call.filters.flatMap(({ field, operators }) =>
      operators.map((operator): [string, string] => [field, operator]),
    );

  function filterOf(field: string, operator: string, compared: string): string {
    const literal = /^(?:true|false|\d{4}-.*Z)$/.test(compared) ? compared : JSON.stringify(compared);
    return `${operator}(${field},${operator === 'any' ? `[${literal}]` : literal})`;
  }

  it('find members by several of their identifiers, and nobody by those of others', async () => {
    const given = [made.list];
    const [one, other] = await everything('getProfilesForList', given);
    const by = (...emails: unknown[]) => ({ filter: `any(email,${JSON.stringify(emails)})` });
    const upper = String(one?.attributes.email).toUpperCase();
    const both = await everything('getProfilesForList', given, by(upper, other?.attributes.email, 'a@example.com'));
    expect(idsIn(both)).to.deep.equal([one?.id, other?.id]);
    expect(await everything('getProfilesForList', given, by('a@example.com'))).to.deep.equal([]);
    const contradictory = `equals(email,"${upper}"),equals(phone_number,"${other?.attributes.phone_number}")`;
    expect(await everything('getProfilesForList', given, { filter: contradictory })).to.deep.equal([]);
  });

  it('say with a profile which lists and segments it is in, and with those how many profiles', async () => {
    const { call } = callOf('getProfile');
    const including = { include: ['lists', 'segments'], fieldsList: ['name'] };
    const { data, included } = (await client.call(call, [made.profile], including)).response.data as Document;
    expect(included?.map(({ type, id }) => [type, id])).to.deep.equal([
      ['list', made.list],
      ['segment', made.segment],
    ]);
    expect(included?.[0]?.attributes).to.deep.equal({ name: 'Beta orders' });
    expect(data.relationships.segments?.data).to.deep.equal([{ type: 'segment', id: made.segment }]);
    for (const [name, id] of [
      ['List', made.list],
      ['Segment', made.segment],
    ] as const) {
      const counting = { [`additionalFields${name}`]: ['profile_count'] };
      const counted = (await client.call(callOf(`get${name}`).call, [id], counting)).response.data as Document;
      expect(counted.data.attributes.profile_count).to.equal(3);
    }
  });

  it('take several conditions, of which all have to hold, with and without and(…)', async () => {
    const all = await everything('getFlows', []);
    const { id, attributes } = all[1] as Resource;
    const conditions = `equals(status,"${attributes.status}"),any(id,["${id}","another"]),less-than(created,2999-01-01T00:00:00Z)`;
    for (const filter of [conditions, `and(${conditions})`, `and(any(id,['${id}']),and(${conditions}))`]) {
      expect(idsIn(await everything('getFlows', [], { filter })), filter).to.deep.equal([id]);
    }
    expect(await everything('getFlows', [], { filter: `${conditions},equals(name,"another")` })).to.deep.equal([]);
  });

  /** Undefined where it is answered. */
  async function refusalOf(call: Promise<unknown>) {
    try {
      await call;
      return undefined;
    } catch (error) {
      const { response } = error as { response?: SdkAnswer['response'] };
      if (response === undefined) throw error;
      const [problem] = (response.data as Document).errors;
      return { status: response.status, parameter: problem?.source.parameter };
    }
  }
});
