import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect } from 'chai';
import {
  CatalogsApi,
  DataPrivacyApi,
  EventsApi,
  FlowsApi,
  ListsApi,
  MetricsApi,
  ProfilesApi,
  SegmentsApi,
} from 'klaviyo-api';
import { DocumentedAnswers, type OpenApi, type Operation } from './documented-answers.js';
import { type RunningServer, startServer } from './running-server.js';

describe("The API's description", () => {
  let server: RunningServer;
  let source: string;
  let operations: ReturnType<DocumentedAnswers['operations']>;

  const linted = async (text: string): Promise<string[]> => {
    const config = await createConfig({
      extends: ['recommended'],
      // What the recommended rules leave off and a reader misses.
      rules: { 'operation-tag-defined': 'error', 'parameter-description': 'error', 'no-unused-components': 'error' },
    });
    const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
    return problems.map(({ severity, ruleId, message, location }) => {
      return `${severity} ${ruleId} at ${location[0]?.pointer}: ${message}`;
    });
  };

  before(async () => {
    server = await startServer();
    source = await (await fetch(`${server.url}/openapi.json`)).text();
    operations = new DocumentedAnswers(JSON.parse(source) as OpenApi).operations();
  });
  after(() => server.stop());

  it("passes a linter's recommended rules without an error or a warning", async () => {
    expect(await linted(source)).to.deep.equal([]);
  });

  it('would not pass with a wrong example, or without what names an operation', async () => {
    const wrong = JSON.parse(source) as OpenApi;
    const { post: createFlow = {} as Operation } = wrong.paths['/api/flows'] ?? {};
    delete createFlow.operationId;
    Object.assign(createFlow.requestBody?.content['application/json'] ?? {}, { example: { data: { type: 'flaw' } } });
    const problems = (await linted(JSON.stringify(wrong))).join('\n');
    expect(problems).to.include('operation-operationId').and.include('no-invalid-media-type-examples');
  });

  it("calls Klaviyo's operations as Klaviyo's own client does", () => {
    const apis = [CatalogsApi, DataPrivacyApi, EventsApi, FlowsApi, ListsApi, MetricsApi, ProfilesApi, SegmentsApi];
    const calls = new Set(apis.flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)));
    const ofKlaviyo = operations.filter(({ path }) => /^\/api\/(?!hookledger\/)/.test(path));
    expect(ofKlaviyo.length).to.be.greaterThan(35);
    for (const { operation, method, path } of ofKlaviyo) {
      expect(calls.has(operation.operationId ?? ''), `${method} ${path}: ${operation.operationId}`).to.equal(true);
    }
  });

  it('says of every operation of the API how it can be refused, and when to try again', () => {
    for (const { operation, method, path } of operations) {
      const name = `${method} ${path}`;
      const { responses, parameters = [] } = operation;
      expect(responses, name).to.include.keys('4XX');
      if (!path.startsWith('/api/')) continue;
      expect(responses, name).to.include.keys('429', '503', '5XX');
      expect(responses['429']?.headers, name).to.have.all.keys(
        'retry-after',
        'ratelimit-limit',
        'ratelimit-remaining',
        'ratelimit-reset',
      );
      expect(parameters, name).to.deep.include.members([parameters.find((one) => one.name === 'revision')]);
    }
  });
});
