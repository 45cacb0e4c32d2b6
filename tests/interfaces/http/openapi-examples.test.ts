import { expect } from 'chai';
import { ShiftedClock } from '../../support/shifted-clock.js';
import { DocumentedAnswers, type OpenApi, type Operation } from './documented-answers.js';
import { ExistingThings } from './existing-things.js';
import { Person } from './person.js';
import { type RunningServer, startServer } from './running-server.js';

const JSON_TYPES = ['application/json', 'application/vnd.api+json'];

/** What only an answer can give. */
const WITHOUT_EXAMPLE: readonly string[] = ['page[cursor]'];

describe("The examples of the API's description", () => {
  const clock = new ShiftedClock();
  let server: RunningServer;
  let documented: DocumentedAnswers;
  /** For what takes a key. */
  let anybody: Person;
  let count = 0;

  before(async () => {
    // One key does more here than any caller should.
    server = await startServer(undefined, { clock, env: { HOOKLEDGER_RATE_LIMIT: '0' } });
    documented = new DocumentedAnswers((await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi);
    anybody = await personFor('');
  });
  after(() => server.stop());

  it('are there for whatever an operation takes', () => {
    const missing = documented.operations().flatMap(({ method, path, operation }) => {
      const { parameters = [], requestBody } = operation;
      const without = parameters.filter(
        ({ name, example }) => example === undefined && !WITHOUT_EXAMPLE.includes(name),
      );
      const places = without.map(({ name }) => name);
      for (const type of requestBody === undefined ? [] : JSON_TYPES) {
        if (requestBody?.content[type]?.example === undefined) places.push(`the body in ${type}`);
      }
      return places.map((place) => `${method} ${path}: ${place}`);
    });
    expect(missing).to.deep.equal([]);
  });

  it('are answered as described, each with all that an operation takes and with what it needs', async () => {
    const problems: string[] = [];
    const statuses = new Map<string, number>();
    for (const { method, path, operation } of documented.operations()) {
      // What is made once can't be made again, so that only what reads is asked for twice.
      for (const whole of method === 'GET' ? [false, true] : [true]) {
        const { status, body, url, contentType } = await send(method, path, operation, whole);
        statuses.set(`${method} ${path}`, status);
        const described = Object.keys(operation.responses).filter((key) => /^2\d\d$/.test(key));
        if (!described.includes(String(status))) problems.push(`${method} ${url} answered ${status}: ${body}`);
        const problem = documented.problem({ method, path, url, status, contentType, body });
        if (problem !== undefined) problems.push(problem);
      }
    }
    expect(problems).to.deep.equal([]);
    expect(statuses.size).to.equal(documented.operations().length).and.be.greaterThan(70);
  });

  /** Sends an operation's example: with a key where that will do, as a person who is logged in, or as anyone. */
  async function send(method: string, path: string, operation: Operation, whole: boolean) {
    const { parameters = [], requestBody, security = [], operationId = '' } = operation;
    const takesKey = security.some((one) => 'Klaviyo-API-Key' in one);
    const person = takesKey ? anybody : await personFor(operationId);
    const things = new ExistingThings(server, person);
    const query = new URLSearchParams();
    const headers: Record<string, string> = {};
    let url = path;
    for (const { in: place, name, example, required } of parameters) {
      if (example === undefined || !(required || whole)) continue;
      const value = await things.fill(String(example));
      if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value));
      else if (place === 'query') query.set(name, value);
      else headers[name] = value;
    }
    if (query.size > 0) url += `?${query}`;
    const example = requestBody?.content['application/json']?.example;
    const body = example === undefined ? undefined : JSON.parse(await things.fill(JSON.stringify(example)));
    const browser = security.length === 0 ? person.browser() : person;
    const response = takesKey
      ? await server.fetch(method, url, { headers, ...(body === undefined ? {} : { body }) })
      : await browser.fetch(method, url, body, headers);
    const contentType = response.headers.get('content-type') ?? undefined;
    return { url, status: response.status, contentType, body: await response.text() };
  }

  /** An owner who is logged in, with two-step authentication as far as the operation needs it. */
  async function personFor(operationId: string): Promise<Person> {
    const person = await Person.join(server, { email: `owner-${++count}@example.com`, role: 'owner' });
    const hasTwoStep = !['prepareTwoStep', 'switchTwoStepOn'].includes(operationId);
    if (hasTwoStep) await person.switchTwoStepOn();
    await person.logIn();
    if (operationId === 'switchTwoStepOn') {
      const { data } = await person.document('POST', '/api/hookledger/two-step');
      person.secret = data.attributes.secret as string;
    }
    // So that there are codes which were not used yet, and the limits of log-ins are over.
    clock.advance(60_000);
    person.waited();
    return person;
  }
});
