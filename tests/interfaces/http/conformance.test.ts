import { expect } from 'chai';
import { ShiftedClock } from '../../support/shifted-clock.js';
import { DocumentedAnswers, type OpenApi } from './documented-answers.js';
import { Person } from './person.js';
import { type Document, type RunningServer, startServer } from './running-server.js';
import { Anything, differences, type SdkAnswer, type SdkCall, SdkCaller, sdkCalls } from './sdk-calls.js';
import { exampleOf, isList, placeOf, sliceOf } from './slice-calls.js';
import { type MadeThings, makeThings } from './things-in-collections.js';

/** What whoever comes from Klaviyo finds here at the least. */
const SLICE = [
  ...['createFlow', 'getFlow', 'getFlows', 'updateFlow', 'deleteFlow', 'getFlowAction', 'updateFlowAction'],
  ...['deleteFlowAction', 'getActionsForFlow', 'getActionIdsForFlow', 'getFlowForFlowAction', 'getFlowIdForFlowAction'],
  ...['createEvent', 'bulkCreateEvents', 'getMetrics', 'getMetric', 'getFlowsTriggeredByMetric'],
  ...['getIdsForFlowsTriggeredByMetric', 'createProfile', 'createOrUpdateProfile', 'updateProfile', 'getProfile'],
  ...['getProfiles', 'createList', 'getList', 'getLists', 'addProfilesToList', 'removeProfilesFromList'],
  ...['getProfilesForList', 'getProfileIdsForList', 'getFlowsTriggeredByList', 'getIdsForFlowsTriggeredByList'],
  ...['createSegment', 'getSegment', 'getSegments', 'getProfilesForSegment', 'getProfileIdsForSegment'],
  ...['getFlowsTriggeredBySegment', 'getIdsForFlowsTriggeredBySegment', 'requestProfileDeletion'],
];

/** What an answer of ours has and Klaviyo's models don't; each with its reason. */
const BEYOND_THE_MODELS: readonly [pattern: RegExp, reason: string][] = [
  [/\/meta: /, 'what Klaviyo has no attribute for is under meta'],
  [/\/links\/(?:next|prev): .* no null/, 'Klaviyo answers null at both ends too, though its models do not say so'],
  [/\/definition\/reentry_criteria: .* no null/, 'there are none here'],
];

/** What the client can ask for and is refused here: a parameter, or one of its words; by the reason. */
const WITHOUT_MEANING: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'nothing is tagged here',
    ['getFlow', 'getFlows', 'getList', 'getLists', 'getSegment', 'getSegments'].flatMap((call) => [
      `${call} fields[tag]`,
      `${call} include=tags`,
    ]),
  ],
  [
    'messages of flows are e-mails and the like; a webhook has none',
    ['getFlowAction fields[flow-message]', 'getFlowAction include=flow-messages'],
  ],
  [
    'neither subscriptions to channels nor predictions are kept of profiles',
    ['getProfile', 'getProfiles', 'getProfilesForList', 'getProfilesForSegment'].map(
      (call) => `${call} additional-fields[profile]`,
    ),
  ],
  [
    'profiles have no push tokens and no conversations',
    [
      ...['getProfile', 'getProfiles'].flatMap((call) => [
        `${call} fields[conversation]`,
        `${call} fields[push-token]`,
      ]),
      ...['getProfile include=conversations', 'getProfile include=push-tokens', 'getProfiles include'],
    ],
  ],
  [
    'e-mail addresses are sealed, so that nothing can sort by them',
    ['getProfiles sort=email', 'getProfiles sort=-email'],
  ],
  [
    'suppressions are not kept',
    ['list_suppressions', 'suppression'].flatMap((kind) =>
      ['', '-'].map((sign) => `getProfiles sort=${sign}subscriptions.email.marketing.${kind}.timestamp`),
    ),
  ],
]);

/** By the path's collection: what is made with all that can be included, and so asked for in place of an example. */
const RICH: Readonly<Record<string, keyof MadeThings>> = {
  flows: 'flow',
  metrics: 'metric',
  lists: 'list',
  segments: 'segment',
  profiles: 'profile',
  'catalog-items': 'item',
};

describe("Klaviyo's own client, call by call", () => {
  const clock = new ShiftedClock();
  let server: RunningServer;
  let documented: DocumentedAnswers;
  let client: SdkCaller;
  let person: Person;
  const calls = sdkCalls();

  // Anew for each test, since what is made once can't be made again.
  beforeEach(async () => {
    server = await startServer(undefined, { clock, env: { HOOKLEDGER_RATE_LIMIT: '0' } });
    documented = new DocumentedAnswers((await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi);
    client = new SdkCaller(server.url, server.key);
    person = await Person.join(server, { email: 'owner@example.com', role: 'owner' });
  });
  afterEach(() => server.stop());

  const ours = () => sliceOf(calls, documented);

  it('has many calls, of which the slice is here under the names of Klaviyo', () => {
    expect(calls.length).to.be.greaterThan(300);
    const here = ours();
    expect(here.map(({ call }) => call.name)).to.include.members(SLICE);
    const misnamed = here.filter(({ call, operation }) => operation.operationId !== call.name);
    expect(misnamed.map(({ call, operation }) => `${call.id} is ${operation.operationId}`)).to.deep.equal([]);
  });

  it('is told of each call that hookledger does not have', async () => {
    const here = new Set(ours().map(({ call }) => call.id));
    const known = documented.operations().map((one) => placeOf(one.method, one.path));
    const problems: string[] = [];
    let unsent = 0;
    const missing = calls.filter(({ id }) => !here.has(id));
    for (const call of missing) {
      const { id, method, path, takes } = call;
      const otherMethods = known.some((key) => key.endsWith(` ${placeOf('', path).trim()}`));
      let answer: { status: number; data: unknown };
      try {
        answer = await refusalOf(
          client.call(
            call,
            takes.map(() => new Anything()),
          ),
        );
      } catch {
        // The client itself refuses what it was given; so the request is made as it would have been.
        unsent++;
        const body = method === 'GET' ? {} : { body: {} };
        const response = await server.fetch(method, path.replaceAll(/\{\w+\}/g, 'anything'), body);
        answer = { status: response.status, data: await response.json() };
      }
      const [error] = (answer.data as Document).errors ?? [];
      const expected = otherMethods ? 405 : 404;
      if (answer.status !== expected || error?.status !== expected) {
        problems.push(`${id} (${method} ${path}) answered ${answer.status}: ${JSON.stringify(answer.data)}`);
      } else if (!error.detail.includes('/openapi.json')) problems.push(`${id}: ${error.detail}`);
    }
    expect(problems.join('\n')).to.equal('');
    expect(missing.length + here.size).to.equal(calls.length);
    expect(unsent).to.be.lessThan(missing.length / 4);
  });

  it('reads every answer: no field that its models lack, none missing that they need', async () => {
    const problems: string[] = [];
    for (const one of ours()) {
      // What is made once can't be made again, so that only what reads is asked for twice.
      for (const whole of one.call.method === 'GET' ? [false, true] : [false]) {
        const { call } = one;
        const { given, options } = await exampleOf(one, server, person);
        const fewerFields =
          whole && call.options.some(({ name, parameter }) => name in options && parameter.startsWith('fields['));
        const answer = await answered(call, client.call(call, given, whole ? options : {}));
        if (typeof answer === 'string') problems.push(answer);
        else {
          for (const problem of differences(answer.response.data, answer.body, fewerFields)) {
            if (!BEYOND_THE_MODELS.some(([pattern]) => pattern.test(problem))) problems.push(`${call.id} ${problem}`);
          }
        }
      }
    }
    expect(problems.join('\n')).to.equal('');
  });

  it('can ask for one field alone of what any call shows', async () => {
    const made = await makeThings(server, clock);
    const problems: string[] = [];
    let asked = 0;
    for (const one of ours()) {
      const { call, path, operation } = one;
      const inAnswer = operation.parameters?.flatMap(({ name }) => /^fields\[(.*)\]$/.exec(name)?.[1] ?? []) ?? [];
      for (const type of inAnswer) {
        const option = call.options.find(({ parameter }) => parameter === `fields[${type}]`);
        const reads = call.method === 'GET';
        const { given: example, options } = await exampleOf(one, server, person);
        const rich = RICH[path.split('/')[2] ?? ''];
        const given = reads && example.length > 0 && rich !== undefined ? [made[rich]] : example;
        const shown = (answer: SdkAnswer) => resourcesOf(answer.response.data as Document, type);
        const more = call.options.filter(({ parameter }) => /^(?:include|additional-fields\[)/.test(parameter));
        const whole = Object.fromEntries(more.flatMap(({ name }) => (name in options ? [[name, options[name]]] : [])));
        // What is made once can't be made again, so that only what reads is asked for all of its fields.
        const known = operation.parameters?.find(({ name }) => name === `fields[${type}]`)?.example;
        const fields = reads
          ? Object.keys(shown(await client.call(call, given, whole))[0]?.attributes ?? {})
          : String(known).split(',').slice(0, 1);
        if (fields.length === 0) problems.push(`${call.id} never shows a ${type}`);
        for (const field of fields) {
          const answer = await (option === undefined
            ? client.call(call, given, whole, { [`fields[${type}]`]: field })
            : client.call(call, given, { ...whole, [option.name]: [field] }));
          asked++;
          if (shown(answer).length === 0) problems.push(`${call.id} fields[${type}]=${field} showed nothing`);
          for (const { attributes } of shown(answer)) {
            const keys = Object.keys(attributes).join(', ');
            if (keys !== field) problems.push(`${call.id} fields[${type}]=${field} showed ${keys}`);
          }
        }
      }
    }
    expect(problems.join('\n')).to.equal('');
    expect(asked).to.be.greaterThan(150);
  });

  it('can ask for whatever it knows: it is answered, or refused with the name of the parameter', async () => {
    const problems: string[] = [];
    const refused = new Set<string>();
    for (const one of ours().filter(({ call }) => call.method === 'GET')) {
      const { call, operation } = one;
      const { given } = await exampleOf(one, server, person);
      for (const { name, parameter, words } of call.options) {
        const isKnown = operation.parameters?.some((known) => known.name === parameter);
        for (const word of words.length === 0 ? ['nonsense'] : words) {
          const value = isList(parameter) ? [word] : word;
          const answer = await client.call(call, given, { [name]: value }).catch((error) => error);
          if (answer.body !== undefined) {
            if (words.length === 0) problems.push(`${call.id} takes ${parameter}=nonsense`);
            continue;
          }
          const error = answer.response?.data?.errors?.[0];
          const isClear = answer.response?.status === 400 && error?.source.parameter === parameter;
          if (!isClear) problems.push(`${call.id} ${parameter}=${word}: ${JSON.stringify(answer.response?.data)}`);
          else if (words.length > 0) refused.add(`${call.name} ${parameter}${isKnown ? `=${word}` : ''}`);
        }
      }
    }
    expect(problems.join('\n')).to.equal('');
    const listed = [...WITHOUT_MEANING.values()].flat();
    expect([...refused])
      .to.have.members(listed)
      .and.have.lengthOf(listed.length);
  });

  function resourcesOf({ data, included = [] }: Document, type: string) {
    return [data, included].flat().filter((resource) => resource.type === type);
  }

  async function answered({ id }: SdkCall, call: Promise<SdkAnswer>): Promise<SdkAnswer | string> {
    try {
      return await call;
    } catch (error) {
      const { response } = error as { response?: { status: number; data: unknown } };
      if (response === undefined) throw error;
      return `${id} answered ${response.status}: ${JSON.stringify(response.data)}`;
    }
  }

  async function refusalOf(call: Promise<unknown>): Promise<{ status: number; data: unknown }> {
    try {
      await call;
    } catch (error) {
      const { response } = error as { response?: { status: number; data: unknown } };
      if (response !== undefined) return response;
      throw error;
    }
    return expect.fail('The call was expected to be refused.');
  }
});
