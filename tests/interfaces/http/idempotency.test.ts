import { expect } from 'chai';
import { runCommand, startServerProcess } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { Person } from './person.js';
import { type Document, type RunningServer, startServer } from './running-server.js';

/** What becomes of each POST that is sent again; a route that isn't here fails the test. */
const POSTS: Readonly<Record<string, 'answered' | 'refused' | 'by-nature' | 'harmless'>> = {
  '/api/flows': 'answered',
  '/api/events': 'answered',
  '/api/event-bulk-create-jobs': 'answered',
  '/api/profiles': 'answered',
  '/api/profile-import': 'answered',
  '/api/data-privacy-deletion-jobs': 'answered',
  '/api/catalog-items': 'answered',
  '/api/catalog-variants': 'answered',
  '/api/lists': 'answered',
  '/api/lists/{id}/relationships/profiles': 'answered',
  '/api/segments': 'answered',
  '/api/hookledger/segments/{id}/members': 'answered',
  '/api/hookledger/metrics': 'answered',
  '/api/hookledger/deliveries/{id}/resend': 'answered',
  '/api/hookledger/flow-actions/{id}/resume': 'answered',
  '/api/hookledger/feed-subscriptions/{id}/resume': 'answered',
  // What they answer is shown once.
  '/api/hookledger/feed-subscriptions': 'refused',
  '/api/hookledger/feed-subscriptions/{id}/signing-secret': 'refused',
  '/api/hookledger/flow-actions/{id}/signing-secret': 'refused',
  '/api/hookledger/invitations': 'refused',
  '/api/hookledger/members/{id}/password-link': 'refused',
  '/api/hookledger/api-keys': 'refused',
  // Codes and links work once; the last seed counts; a former session ends.
  '/api/hookledger/session': 'by-nature',
  '/api/hookledger/two-step': 'by-nature',
  '/api/hookledger/two-step/confirm': 'by-nature',
  '/api/hookledger/two-step/recovery-codes': 'by-nature',
  '/api/hookledger/two-step/switch-off': 'by-nature',
  '/api/hookledger/invitations/accept': 'by-nature',
  '/api/hookledger/password': 'by-nature',
  '/api/hookledger/template-previews': 'harmless',
};

/** How /openapi.json tells each. */
const WORDS = {
  answered: 'answered as the first time',
  refused: '409',
  'by-nature': 'Nothing is done',
  harmless: 'Nothing is changed',
};

type Item = { index: number; unique_id: string | null; status: string };

const list = (name: string) => ({ data: { type: 'list', attributes: { name } } });
const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
const profile = (email: string) => ({ data: { type: 'profile', attributes: { email } } });
const event = (fields: object = {}) => ({
  data: { type: 'event', attributes: { properties: {}, metric, profile: profile('ana@example.com'), ...fields } },
});
const bulk = (profileData: object, events: readonly object[]) => ({
  data: {
    type: 'event-bulk-create-job',
    attributes: {
      'events-bulk-create': {
        data: [
          {
            type: 'event-bulk-create',
            attributes: {
              profile: profileData,
              events: {
                data: events.map((fields) => ({ type: 'event', attributes: { properties: {}, metric, ...fields } })),
              },
            },
          },
        ],
      },
    },
  },
});

describe('The same request sent again', () => {
  let server: RunningServer;
  let keys = 0;
  before(async () => {
    server = await startServer(undefined, { env: { HOOKLEDGER_RATE_LIMIT: '0' } });
  });
  after(() => server.stop());

  const newKey = () => `key-${++keys}`;
  const post = (path: string, key: string, body?: object) =>
    server.fetch('POST', path, { headers: { 'idempotency-key': key }, ...(body === undefined ? {} : { body }) });
  const recorded = async (...types: string[]) =>
    (await Array.fromAsync(server.eventStore.readAll())).flat().filter(({ type }) => types.includes(type));
  const answerOf = async (response: Response) => ({ status: response.status, text: await response.text() });

  it('is told of every POST of the API', async () => {
    const { paths } = (await server.get('/openapi.json')) as unknown as {
      paths: Record<string, { post?: { parameters?: { in: string; name: string; description?: string }[] } }>;
    };
    const told = Object.entries(paths).filter(([, { post: operation }]) => operation !== undefined);
    expect(told.map(([path]) => path).sort()).to.deep.equal(Object.keys(POSTS).sort());
    for (const [path, { post: operation }] of told) {
      const header = operation?.parameters?.find(
        ({ in: place, name }) => place === 'header' && name === 'Idempotency-Key',
      );
      expect(header?.description, path).to.include(WORDS[POSTS[path] as keyof typeof WORDS]);
    }
  });

  const chai = { title: 'Chai', description: '', url: 'https://shop.example.com/chai' };
  const item = (external_id: string) => ({ data: { type: 'catalog-item', attributes: { external_id, ...chai } } });
  const BODIES: [path: string, body: object, made: string][] = [
    ['/api/lists', list('Once'), 'ListCreated'],
    ['/api/segments', { data: { type: 'segment', attributes: { name: 'Once' } } }, 'SegmentCreated'],
    ['/api/profiles', profile('once@example.com'), 'ProfileCreated'],
    ['/api/profile-import', profile('imported@example.com'), 'ProfileCreated'],
    ['/api/hookledger/metrics', { data: { type: 'metric', attributes: { name: 'Once' } } }, 'MetricCreated'],
    ['/api/catalog-items', item('ONCE'), 'CatalogItemCreated'],
    ['/api/events', event(), 'TriggerReceived'],
    ['/api/event-bulk-create-jobs', bulk(profile('ana@example.com'), [{}]), 'TriggerReceived'],
  ];
  for (const [path, body, made] of BODIES) {
    it(`does once what it does, and answers the same, however many come at once: ${path}`, async () => {
      const before = (await recorded(made)).length;
      const key = newKey();
      const answers = await Promise.all(Array.from({ length: 12 }, async () => answerOf(await post(path, key, body))));
      answers.push(await answerOf(await post(path, key, body)));
      expect(answers[0]?.status, answers[0]?.text).to.be.within(200, 202);
      for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
      expect(await recorded(made)).to.have.lengthOf(before + 1);
    });
  }

  it('is another one under another key, or of another caller', async () => {
    const idOf = async (response: Response) => ((await response.json()) as Document).data.id;
    const key = newKey();
    const first = await idOf(await post('/api/lists', key, list('Mine')));
    const other = await server.issueKey();
    const theirs = await server.fetch('POST', '/api/lists', {
      body: list('Mine'),
      headers: { 'idempotency-key': key, authorization: `Klaviyo-API-Key ${other}` },
    });
    expect(
      new Set([first, await idOf(await post('/api/lists', newKey(), list('Mine'))), await idOf(theirs)]).size,
    ).to.equal(3);
  });

  it('is refused under the key of another one: another body, path or query', async () => {
    const key = newKey();
    expect((await post('/api/lists', key, list('First'))).status).to.equal(201);
    const others: [string, object][] = [
      ['/api/lists', list('Second')],
      ['/api/lists?fields[list]=name', list('First')],
      ['/api/event-bulk-create-jobs', bulk(profile('ana@example.com'), [{}])],
    ];
    for (const [path, body] of others) {
      const response = await post(path, key, body);
      const { errors } = (await response.json()) as Document;
      expect(response.status, path).to.equal(422);
      expect(errors[0]).to.deep.include({ code: 'idempotency_key_reused', source: { header: 'Idempotency-Key' } });
    }
  });

  it('is done where the first one was refused', async () => {
    const key = newKey();
    const attempt = () => post('/api/hookledger/deliveries/nothing/resend', key);
    expect([(await attempt()).status, (await attempt()).status]).to.deep.equal([404, 404]);
  });

  it('takes keys of 1 to 255 visible ASCII characters', async () => {
    expect((await post('/api/lists', 'k'.repeat(255), list('Long'))).status).to.equal(201);
    for (const key of ['', 'k'.repeat(256), 'two words', 'schlüssel']) {
      const response = await post('/api/lists', key, list('Bad'));
      expect(response.status, key).to.equal(400);
      expect(((await response.json()) as Document).errors[0]?.source).to.deep.equal({ header: 'Idempotency-Key' });
    }
  });

  it('adds a member once, also where they have left since', async () => {
    const { data: aList } = (await (await post('/api/lists', newKey(), list('Members'))).json()) as Document;
    const { data: ana } = (await (
      await post('/api/profiles', newKey(), profile('member@example.com'))
    ).json()) as Document;
    const path = `/api/lists/${aList.id}/relationships/profiles`;
    const body = { data: [{ type: 'profile', id: ana.id }] };
    const key = newKey();
    const before = (await recorded('ProfileJoinedList')).length;
    const together = await Promise.all(Array.from({ length: 6 }, () => post(path, key, body)));
    expect(together.map(({ status }) => status)).to.deep.equal(Array(6).fill(204));
    expect((await server.fetch('DELETE', path, { body })).status).to.equal(204);
    expect((await post(path, key, body)).status).to.equal(204);
    expect(await recorded('ProfileJoinedList')).to.have.lengthOf(before + 1);
  });

  it('gives what is shown once to one alone, and keeps no trace of it', async () => {
    const owner = await Person.join(server, { email: 'owner@example.com', role: 'owner' });
    await owner.logIn();
    const key = newKey();
    const body = { data: { type: 'invitation', attributes: { email: 'new@example.com', role: 'analyst' } } };
    const invite = () => owner.fetch('POST', '/api/hookledger/invitations', body, { 'idempotency-key': key });
    const answers = await Promise.all(Array.from({ length: 5 }, async () => answerOf(await invite())));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409, 409, 409, 409]);
    const refused = JSON.parse(answers.find(({ status }) => status === 409)?.text ?? '') as Document;
    expect(refused.errors[0]?.code).to.equal('idempotency_key_used');
    expect(await recorded('MemberInvited')).to.have.lengthOf(1);
    const made = JSON.parse(answers.find(({ status }) => status === 201)?.text ?? '') as Document;
    const [, , token] = String(made.data.attributes.path).split('/');
    expect(token).to.match(/^.{40,}$/);
    const requests = await recorded('RequestCompleted');
    expect(JSON.stringify(requests)).not.to.include(token);
    expect(requests.at(-1)?.data).to.have.all.keys('fingerprint');
  });

  it('keeps nothing of a request but ids', async () => {
    const NAMES =
      /^(?:flowId|actionIds|checks|audienceId|profileId|metricId|itemId|variantId|triggerId|deliveryIds|created|repeated)$/;
    const requests = await recorded('RequestCompleted');
    expect(requests.length).to.be.greaterThan(10);
    for (const { data } of requests) {
      const { fingerprint, result } = data as { fingerprint: string; result?: object | null };
      expect(fingerprint).to.match(/^[0-9a-f]{64}$/);
      for (const part of [result ?? {}].flat()) for (const name of Object.keys(part)) expect(name).to.match(NAMES);
      expect(JSON.stringify(data)).not.to.include('@');
    }
  });

  describe('in bulk', () => {
    const send = async (body: object, key = newKey()) => {
      const response = await post('/api/event-bulk-create-jobs', key, body);
      const { meta, errors } = (await response.json()) as Document & { meta: { items: Item[] } };
      return { status: response.status, items: meta?.items, errors };
    };

    it('says of each event whether it was new', async () => {
      const events = [{ unique_id: 'bulk-1' }, { unique_id: 'bulk-2' }];
      expect(await send(bulk(profile('bulk@example.com'), events.slice(0, 1)))).to.deep.include({
        status: 202,
        items: [{ index: 0, unique_id: 'bulk-1', status: 'recorded' }],
      });
      const key = newKey();
      const second = await send(bulk(profile('bulk@example.com'), events), key);
      expect(second.items).to.deep.equal([
        { index: 0, unique_id: 'bulk-1', status: 'repeated' },
        { index: 1, unique_id: 'bulk-2', status: 'recorded' },
      ]);
      expect(await send(bulk(profile('bulk@example.com'), events), key)).to.deep.equal(second);
    });
  });
});

describe('The same request after a restart', () => {
  it('is answered as before, by another process on the same data', async function () {
    this.timeout(60_000);
    const folder = temporaryFolder();
    try {
      const args = ['api-key', 'create', '--name', 'test', '--scopes', 'lists:write,lists:read', '--data', folder.path];
      const key = (await runCommand(args)).stdout.trim();
      const send = async (url: string) => {
        const response = await fetch(`${url}/api/lists`, {
          method: 'POST',
          headers: {
            authorization: `Klaviyo-API-Key ${key}`,
            'content-type': 'application/json',
            'idempotency-key': 'restart',
          },
          body: JSON.stringify(list('Restarted')),
        });
        return { status: response.status, id: ((await response.json()) as Document).data.id };
      };
      const first = await startServerProcess(folder.path);
      const before = await send(first.url);
      await first.end('SIGKILL');
      const second = await startServerProcess(folder.path);
      const after = await send(second.url);
      await second.end('SIGTERM');
      expect(before.status).to.equal(201);
      expect(after).to.deep.equal(before);
    } finally {
      folder.remove();
    }
  });
});
