import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { WebhookSender } from '../../../src/application/ports/webhook-sender.js';
import { TOKENS } from '../../../src/container.js';
import { verifyChain } from '../../../src/infrastructure/event-store/sqlite/verify-chain.js';
import { rebuildSchema } from '../../../src/infrastructure/read-models/postgres/rebuild-schema.js';
import { SqliteReadModels } from '../../../src/infrastructure/read-models/sqlite/sqlite-read-models.js';
import { CheapHasher } from '../../application/accounts.js';
import { DATABASES, type DatabaseKind, dumpAll, SILENT } from '../../projections/read-side.js';
import { postgres } from '../../support/postgres.js';
import { ShiftedClock } from '../../support/shifted-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { DocumentedAnswers, type OpenApi, type Operation } from './documented-answers.js';
import { ExistingThings } from './existing-things.js';
import { type MadeUpRequest, requestsOf } from './fuzz/requests.js';
import { Person } from './person.js';
import { sendRaw } from './raw-connection.js';
import { type Document, type RunningServer, startServer } from './running-server.js';

const REQUESTS = Number(process.env.HOOKLEDGER_FUZZ_REQUESTS ?? 20_000);
/** Most go to the one, since what differs between the two is a small part of what a request goes through. */
const SHARES: Readonly<Record<DatabaseKind, number>> = { SQLite: 0.85, PostgreSQL: 0.15 };
/** The same seed makes the same requests; ids and times of what exists differ. */
const SEED = Number(process.env.HOOKLEDGER_FUZZ_SEED ?? 1);
/** For each so many, what exists is made anew, since requests delete it. */
const ROUND = 2_000;
/** So many are under way at a time. */
const AT_ONCE = 50;
/** Of so many of one operation, one at the least has to succeed: else they would be too wrong to get anywhere. */
const ENOUGH = 100;
/** After so many, what limited the requests before is over, and a session is there again. */
const FRESH_EVERY = 200;
/** One of so many goes as bytes on a connection of its own. */
const BYTES_OF = 25;
/** No answer within it is a hang. */
const MOST_MS = 60_000;

/** They take one-time codes, or whoever has none yet, which the one owner of this test does not. */
const NEVER_RIGHT = /^POST \/api\/hookledger\/(?:two-step|session$)/;

/** What is recorded of requests that were refused, each with its reason. */
const RECORDED_ALL_THE_SAME: ReadonlyMap<string, string> = new Map([
  ['UserLogInFailed', 'by it further tries are held back'],
  ['RequestBegun', 'it holds the Idempotency-Key, so that two that come at once are not both carried out'],
]);

/** Made-up URLs lead anywhere, so nothing is sent. What existing things are of is tried again until it fails. */
const NOBODY_TAKES_ANY: WebhookSender = {
  send: async ({ url }) => ({
    kind: 'answer',
    statusCode: url.startsWith('https://localhost:1/') ? 503 : 400,
    durationMs: 1,
  }),
  close: async () => {},
};

interface Answered {
  id: string;
  status: number;
}

for (const database of DATABASES) {
  describe(`Requests made up from the description of each route, with read models in ${database}`, () => {
    const clock = new ShiftedClock();
    let readModels = '';
    let removeSchema = async (): Promise<void> => {};
    let server: RunningServer;
    let documented: DocumentedAnswers;
    let owner: Person;
    let owners = 0;
    const answered: Answered[] = [];
    const problems: string[] = [];
    /** How often each operation was answered with success. */
    const succeeded = new Map<string, number>();

    before(async () => {
      if (database === 'PostgreSQL') {
        ({ url: readModels, remove: removeSchema } = await (await postgres()).newSchema());
      }
      server = await startServer(undefined, {
        clock,
        env: { HOOKLEDGER_RATE_LIMIT: '0', ...(readModels === '' ? {} : { HOOKLEDGER_READ_MODELS: readModels }) },
        rebind: (container) => {
          container.rebind(TOKENS.PasswordHasher).toConstantValue(new CheapHasher());
          container.rebind(TOKENS.WebhookSender).toConstantValue(NOBODY_TAKES_ANY);
        },
        onAnswer: ({ id }, { statusCode }) => answered.push({ id, status: statusCode }),
      });
      documented = new DocumentedAnswers((await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi);
      await newOwner();
    });
    after(async () => {
      await server.stop();
      await removeSchema();
    });

    it('are answered or refused in one clear way, and leave nothing half-written', async function () {
      this.timeout(400_000);
      const operations = documented.operations();
      const each = Math.ceil((REQUESTS * SHARES[database]) / operations.length);
      const placeholders = placeholdersIn(operations.map(({ operation }) => operation));
      const requests = operations.flatMap(({ method, path, operation }, index) =>
        fc
          .sample(requestsOf(method, path, operation, placeholders), { seed: SEED + index, numRuns: each })
          .map((request) => ({ request, name: `${method} ${path}` })),
      );
      shuffle(requests);
      for (let begin = 0; begin < requests.length && problems.length <= 20; begin += ROUND) {
        const ids = await idsOf(placeholders);
        for (let from = begin; from < Math.min(begin + ROUND, requests.length); from += FRESH_EVERY) {
          await sendAll(requests.slice(from, from + FRESH_EVERY), ids, from);
          await freshTime();
        }
      }
      expect(problems.join('\n'), `with the seed ${SEED}`).to.equal('');
      await server.engine.idle();
      expect((await recordedOfRefused()).join('\n'), `with the seed ${SEED}`).to.equal('');
      expect(server.container.get(TOKENS.Settings).eventStore).to.have.property('path');
      const { path } = server.container.get(TOKENS.Settings).eventStore as { path: string };
      expect(verifyChain(path).broken).to.equal(undefined);
      await checkRebuilt();
      expect((await server.fetch('GET', '/api/flows')).status).to.equal(200);
      const never = operations
        .map(({ method, path }) => `${method} ${path}`)
        .filter((name) => !succeeded.has(name) && !NEVER_RIGHT.test(name));
      if (each >= ENOUGH) expect(never.join('\n')).to.equal('');
    });

    /** As many at a time as may be: whoever is done takes the next. */
    async function sendAll(
      requests: readonly { request: MadeUpRequest; name: string }[],
      ids: ReadonlyMap<string, string[]>,
      from: number,
    ): Promise<void> {
      let next = 0;
      const sender = async (): Promise<void> => {
        while (next < requests.length && problems.length <= 20) {
          const n = next++;
          const { request, name } = requests[n] as (typeof requests)[number];
          await (n % BYTES_OF === 0 ? sendBytes(request, ids, from + n) : send(request, name, ids, from + n));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, sender));
    }

    async function send(
      request: MadeUpRequest,
      name: string,
      ids: ReadonlyMap<string, string[]>,
      index: number,
    ): Promise<void> {
      const { method, url, headers, body } = request;
      const payload = body === undefined ? undefined : body.toBytes(filled(body.text, ids, index));
      const sent = {
        method: method as 'GET',
        url: filled(url, ids, index),
        headers: { ...credentials(request), ...headers },
      };
      const shown = () =>
        `${method} ${sent.url} ${JSON.stringify(headers)} ${payload?.toString().slice(0, 1_000) ?? ''}`;
      try {
        const response = await server.app.inject({
          ...sent,
          ...(payload === undefined ? {} : { payload }),
          signal: AbortSignal.timeout(MOST_MS),
        });
        if (response.statusCode < 400) succeeded.set(name, (succeeded.get(name) ?? 0) + 1);
        const problem = problemOf(response.statusCode, String(response.headers['content-type']), response.payload);
        if (problem !== undefined) problems.push(`${shown()} ${problem}`);
      } catch (error) {
        problems.push(`${shown()} failed: ${error}`);
      }
    }

    /** As a client would that knows HTTP no better. */
    async function sendBytes(request: MadeUpRequest, ids: ReadonlyMap<string, string[]>, index: number): Promise<void> {
      const { method, url, headers, body } = request;
      const bytes = body === undefined ? '' : body.toBytes(filled(body.text, ids, index)).toString('latin1');
      const lines = Object.entries({
        ...credentials(request),
        ...headers,
        'content-length': String(bytes.length),
        connection: 'close',
      });
      const head = [
        `${method} ${filled(url, ids, index)} HTTP/1.1`,
        ...lines.map(([name, value]) => `${name}: ${value}`),
      ];
      const whole = `${head.join('\r\n')}\r\n\r\n${bytes}`;
      const timer = new Promise<undefined>((resolve) => setTimeout(resolve, MOST_MS, undefined).unref());
      const closed = await Promise.race([sendRaw(server.url, whole), timer]);
      const [status] = closed?.statuses ?? [];
      if (status === undefined || status >= 500) problems.push(`${whole} was answered ${closed?.text}`);
    }

    function credentials({ as }: MadeUpRequest): Record<string, string> {
      const host = new URL(server.url).host;
      if (as === 'key') return { host, authorization: `Klaviyo-API-Key ${server.key}` };
      const asBrowser = { host, origin: server.url, 'sec-fetch-site': 'same-origin' };
      return as === 'session' && owner.cookie !== undefined ? { ...asBrowser, cookie: owner.cookie } : asBrowser;
    }

    /** What is wrong with an answer, beside what is compared with its description anyway. */
    function problemOf(status: number, contentType: string, payload: string): string | undefined {
      if (status >= 500) return `answered ${status}: ${payload}`;
      if (status < 400) return undefined;
      if (contentType !== 'application/vnd.api+json') return `answered ${status} with ${contentType}: ${payload}`;
      const { errors } = JSON.parse(payload) as Document;
      const isClear =
        errors.length > 0 && errors.every((error) => error.status === status && /^[^\n]+\.$/.test(error.detail));
      return isClear ? undefined : `is not clear in its refusal: ${payload}`;
    }

    /** Sessions end by requests, and limits of log-ins begin. */
    async function freshTime(): Promise<void> {
      clock.advance(60_000);
      const { status } = await owner.fetch('GET', '/api/hookledger/members');
      if (status !== 200) await newOwner();
    }

    async function newOwner(): Promise<void> {
      owner = await Person.join(server, { email: `owner-${++owners}@example.com`, role: 'owner' });
      await owner.switchTwoStepOn();
      expect((await owner.logIn()).status).to.equal(201);
    }

    async function idsOf(placeholders: readonly string[]): Promise<Map<string, string[]>> {
      const ids = new Map<string, string[]>();
      for (let n = 0; n < 4; n++) {
        const things = new ExistingThings(server, owner);
        for (const name of placeholders) {
          // Seventeen retries each.
          if (name === 'delivery_id' && n > 0) continue;
          ids.set(name, [...(ids.get(name) ?? []), await things.fill(`{${name}}`)]);
        }
      }
      return ids;
    }

    const filled = (text: string, ids: ReadonlyMap<string, string[]>, index: number): string =>
      text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
        const known = ids.get(name);
        return known?.[index % known.length] ?? whole;
      });

    /**
     * What was appended for requests that were refused. Requests run beside each other: what one changed another may have
     * ended before the answer could show it, and 404 is then the truth.
     */
    async function recordedOfRefused(): Promise<string[]> {
      const statusOf = new Map(answered.filter(({ status }) => status >= 400).map(({ id, status }) => [id, status]));
      const recorded = new Map<string, { types: string[]; streams: string[] }>();
      const ended = new Set<string>();
      for await (const events of server.eventStore.readAll()) {
        for (const { type, stream, metadata } of events) {
          if (/(?:Forgotten|Deleted|Removed)$/.test(type)) ended.add(stream);
          if (!statusOf.has(metadata.causationId) || RECORDED_ALL_THE_SAME.has(type)) continue;
          const { types, streams } = recorded.get(metadata.causationId) ?? { types: [], streams: [] };
          recorded.set(metadata.causationId, { types: [...types, type], streams: [...streams, stream] });
        }
      }
      return [...recorded].flatMap(([id, { types, streams }]) => {
        const status = statusOf.get(id);
        if (status === 404 && streams.some((stream) => ended.has(stream))) return [];
        return [`${types.join(', ')} of one refused with ${status}`];
      });
    }

    /** What process managers still do is waited for: it would be in one of the two alone. */
    async function checkRebuilt(): Promise<void> {
      const live = server.container.get(TOKENS.ReadModelDatabase);
      for (let tries = 0; ; tries++) {
        await server.engine.idle();
        const head = await server.eventStore.headPosition();
        const [before, rebuilt] = [await dumpAll(live), await rebuiltDump()];
        if ((await server.eventStore.headPosition()) !== head && tries < 20) continue;
        for (const [table, rows] of Object.entries(rebuilt)) expect(before[table], table).to.deep.equal(rows);
        return;
      }
    }

    async function rebuiltDump(): Promise<Record<string, readonly string[]>> {
      const [eventStore, vault] = [server.container.get(TOKENS.SealedEventStore), server.container.get(TOKENS.Vault)];
      if (database === 'PostgreSQL') {
        await rebuildSchema(eventStore, vault, readModels, readModels, SILENT);
        return dumpAll(server.container.get(TOKENS.ReadModelDatabase));
      }
      const folder = temporaryFolder();
      const path = join(folder.path, 'rebuilt.db');
      await SqliteReadModels.rebuild(eventStore, vault, path);
      const rebuilt = SqliteReadModels.open(path);
      try {
        return await dumpAll(rebuilt);
      } finally {
        await rebuilt.close();
        folder.remove();
      }
    }
  });
}

/** The names of all that examples need. */
function placeholdersIn(operations: readonly Operation[]): string[] {
  const examples = operations.flatMap(({ parameters = [], requestBody }) => [
    ...parameters.map(({ example }) => example),
    requestBody?.content['application/json']?.example,
  ]);
  const names = [...JSON.stringify(examples).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return [...new Set(names)].sort();
}

/** Always the same order, and no operation's requests one after the other. */
function shuffle(list: unknown[]): void {
  const [keys] = fc.sample(fc.array(fc.nat(), { minLength: list.length, maxLength: list.length, size: 'max' }), {
    seed: SEED,
    numRuns: 1,
  });
  for (let last = list.length - 1; last > 0; last--) {
    const other = (keys?.[last] ?? 0) % (last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
}
