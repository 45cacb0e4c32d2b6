import { expect } from 'chai';
import { DocumentedAnswers, type OpenApi, type Operation } from './documented-answers.js';
import { ExistingThings } from './existing-things.js';
import { Person } from './person.js';
import { type Document, type RunningServer, startServer } from './running-server.js';
import { Anything, differences, inWordsOfSdk, type SdkAnswer, type SdkCall, SdkCaller, sdkCalls } from './sdk-calls.js';

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

const isList = (parameter: string): boolean => /^(?:include|(?:additional-)?fields\[.*\])$/.test(parameter);

describe("Klaviyo's own client, call by call", () => {
  let server: RunningServer;
  let documented: DocumentedAnswers;
  let client: SdkCaller;
  let person: Person;
  const calls = sdkCalls();

  before(async () => {
    server = await startServer(undefined, { env: { HOOKLEDGER_RATE_LIMIT: '0' } });
    documented = new DocumentedAnswers((await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi);
    client = new SdkCaller(server.url, server.key);
    person = await Person.join(server, { email: 'owner@example.com', role: 'owner' });
  });
  after(() => server.stop());

  /** `GET /api/flows/{}` */
  const placeOf = (method: string, path: string) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`;

  const operations = () => new Map(documented.operations().map((one) => [placeOf(one.method, one.path), one]));

  /** The calls that hookledger has, each with its description. */
  function ours(): { call: SdkCall; path: string; operation: Operation }[] {
    const known = operations();
    return calls.flatMap((call) => {
      const found = known.get(placeOf(call.method, call.path));
      return found === undefined ? [] : [{ call, path: found.path, operation: found.operation }];
    });
  }

  /** What a call is given: from the description's examples, made for this one call. */
  async function example({ call, operation }: { call: SdkCall; operation: Operation }) {
    const things = new ExistingThings(server, person);
    const filled = async (value: unknown) => JSON.parse(await things.fill(JSON.stringify(value))) as unknown;
    const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path');
    const given: unknown[] = [];
    for (const name of call.takes) {
      if (name === call.body?.name) {
        const body = (await filled(operation.requestBody?.content['application/json']?.example)) as { data?: object };
        // The client's own serializer fails on `unset`, which is in there alone.
        if (call.name === 'updateProfile' && body.data !== undefined) Reflect.deleteProperty(body.data, 'meta');
        given.push(inWordsOfSdk(body, call.body.model));
      } else given.push(await filled(inPath.shift()?.example));
    }
    return { given, filled };
  }

  it('has many calls, of which the slice is here under the names of Klaviyo', () => {
    expect(calls.length).to.be.greaterThan(300);
    const here = ours();
    expect(here.map(({ call }) => call.name)).to.include.members(SLICE);
    const misnamed = here.filter(({ call, operation }) => operation.operationId !== call.name);
    expect(misnamed.map(({ call, operation }) => `${call.id} is ${operation.operationId}`)).to.deep.equal([]);
  });

  it('is told of each call that hookledger does not have', async () => {
    const here = new Set(ours().map(({ call }) => call.id));
    const known = operations();
    const problems: string[] = [];
    let unsent = 0;
    const missing = calls.filter(({ id }) => !here.has(id));
    for (const call of missing) {
      const { id, method, path, takes } = call;
      const otherMethods = [...known.keys()].some((key) => key.endsWith(` ${placeOf('', path).trim()}`));
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
        const { given, filled } = await example(one);
        const { call, operation } = one;
        const options: Record<string, unknown> = {};
        for (const { name, parameter } of whole ? call.options : []) {
          const described = operation.parameters?.find((known) => known.name === parameter);
          if (described?.example === undefined) continue;
          const value = (await filled(described.example)) as string;
          options[name] = isList(parameter) ? value.split(',') : value;
        }
        const fewerFields = call.options.some(
          ({ name, parameter }) => name in options && parameter.startsWith('fields['),
        );
        const answer = await answered(call, client.call(call, given, options));
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

  it('can ask for whatever it knows: it is answered, or refused with the name of the parameter', async () => {
    const problems: string[] = [];
    const refused = new Set<string>();
    for (const one of ours().filter(({ call }) => call.method === 'GET')) {
      const { call, operation } = one;
      const { given } = await example(one);
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
    // Klaviyo's words that have no meaning here, or not yet; a short list is a good one.
    expect(refused.size).to.be.lessThan(80);
  });

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
