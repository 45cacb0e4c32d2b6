import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { TOTP, URI } from 'otpauth';
import { Webhook } from 'standardwebhooks';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { untilDone } from '../support/eventually.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { runCommand, type ServerProcess, startServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { tracesIn, tracesOf } from '../support/traces.js';
import { ApiClient } from './api-client.js';

const [EMAIL, PASSWORD] = ['owner@example.com', 'Planted-Password-4711'];
const HEADERS = ['Bearer planted-header-value-1', 'planted-header-value-2'];

/** Everything that must be written down nowhere, found out as it comes to be. */
type Secrets = string[];

describe("A day's traffic", function () {
  this.timeout(400_000);
  let folder: ReturnType<typeof temporaryFolder>;
  let receiver: Receiver;
  let server: ServerProcess;

  before(async () => {
    const ca = await CertificateAuthority.create();
    folder = temporaryFolder();
    writeFileSync(join(folder.path, 'ca.pem'), ca.pem);
    receiver = await startReceiver({
      ca,
      keepRequests: 1_000,
      // Some answer with all that they were sent, headers included.
      answer: ({ path, headers, attempt }) =>
        path === '/reset'
          ? 'reset'
          : {
              status: path === '/moody' && attempt < 3 ? 503 : path === '/gone' ? 410 : 200,
              body: JSON.stringify(headers),
            },
    });
    server = await startServerProcess(folder.path, {
      HOOKLEDGER_EXTRA_CA: join(folder.path, 'ca.pem'),
      HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
      HOOKLEDGER_ALLOW_PORTS: '*',
      HOOKLEDGER_RETRY_SCALE: '0',
      HOOKLEDGER_LOG_LEVEL: 'trace',
    });
  });
  after(async () => {
    server.child.kill('SIGKILL');
    await receiver.close();
    folder.remove();
  });

  const run = async (args: readonly string[], input = ''): Promise<string> => {
    const { code, stdout, stderr } = await runCommand([...args, '--data', folder.path], input);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  };

  it('leaves its secrets in no log, file, export, metric, answer or history', async () => {
    const secrets: Secrets = [...HEADERS, HEADERS[0]?.slice('Bearer '.length) as string, PASSWORD];
    /** All that anybody was shown. */
    const shown: string[] = [];

    // A user with two-step authentication, and a key of theirs.
    shown.push(await run(['user', 'create', '--email', EMAIL, '--role', 'owner', '--password-stdin'], `${PASSWORD}\n`));
    const [otpauth = '', ...recoveryCodes] = (await run(['user', 'two-step', '--email', EMAIL])).trim().split('\n');
    const totp = URI.parse(otpauth) as TOTP;
    secrets.push(totp.secret.base32, ...recoveryCodes.filter((code) => /^[a-z0-9]{5}-[a-z0-9]{5}$/i.test(code)));
    expect(secrets.length).to.be.at.least(4 + 1 + 10);
    const scopes =
      'flows:write,flows:read,events:write,metrics:write,metrics:read,profiles:write,profiles:read,lists:read,audit:read,deliveries:write';
    const key = (await run(['api-key', 'create', '--name', 'shop', '--scopes', scopes, '--user', EMAIL])).trim();
    secrets.push(key, key.slice(key.indexOf('_', 'hk_'.length) + 1));
    const api = new ApiClient(server.url, key);
    const ask = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
      const answer = await fetch(server.url + path, {
        method,
        headers: {
          authorization: `Klaviyo-API-Key ${key}`,
          revision: '2026-07-15',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      shown.push(text, JSON.stringify([...answer.headers].filter(([name]) => name !== 'set-cookie')));
      return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) };
    };

    // A session of the user, and log-ins that fail.
    const logIn = (password: string, code: string) =>
      fetch(`${server.url}/api/hookledger/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ data: { type: 'session', attributes: { email: EMAIL, password, code } } }),
      });
    shown.push(await (await logIn(`${PASSWORD}x`, '000000')).text());
    secrets.push(`${PASSWORD}x`);
    const session = await logIn(PASSWORD, totp.generate());
    expect(session.status).to.equal(201);
    shown.push(await session.text());
    const token = /hookledger_session=([^;]+)/.exec(session.headers.get('set-cookie') ?? '')?.[1] as string;
    secrets.push(token, token.split('.').at(-1) as string);

    // A flow whose headers are secret, at receivers of each kind.
    const metric = await ask('POST', '/api/hookledger/metrics', {
      data: { type: 'metric', attributes: { name: 'Placed Order' } },
    });
    const paths = ['/up', '/moody', '/gone', '/reset'];
    const created = await ask('POST', '/api/flows?additional-fields[flow]=definition', {
      data: {
        type: 'flow',
        attributes: {
          name: 'Secrets',
          definition: {
            triggers: [{ type: 'metric', id: metric.body.data.id }],
            entry_action_id: '0',
            actions: paths.map((path, index) => ({
              temporary_id: `${index}`,
              type: 'send-webhook',
              links: { next: index + 1 < paths.length ? `${index + 1}` : null },
              data: {
                status: 'live',
                message: {
                  name: path,
                  url: receiver.url + path,
                  headers: { authorization: HEADERS[0], 'x-key': HEADERS[1] },
                  body: '{"n": {{ event.n }}, "to": "{{ person.email }}"}',
                },
              },
            })),
          },
        },
      },
    });
    expect(created.status).to.equal(201);
    const flowId = created.body.data.id;
    const actions = (await ask('GET', `/api/flows/${flowId}/flow-actions`)).body.data as { id: string }[];
    const [first] = actions as [{ id: string }];
    const signing = (await run(['signing-secret', 'rotate', first.id])).trim();
    secrets.push(signing, signing.slice('whsec_'.length));
    await ask('PATCH', `/api/flows/${flowId}`, { data: { type: 'flow', id: flowId, attributes: { status: 'live' } } });
    for (let n = 0; n < 25; n++) await api.sendEvent('Placed Order', `order-${n}`, { n });
    await untilDone(
      'all is sent',
      async () => {
        const { succeeded, failed, skipped } = await api.totals();
        return succeeded + failed + skipped === 100;
      },
      () => receiver.received,
    );
    // What receivers got is whole, and signed: the secrets are there where they belong.
    const sent = receiver.requests.filter(({ path }) => path === '/up');
    expect(sent).to.have.lengthOf(25);
    for (const { body, headers } of sent) {
      expect([headers.authorization, headers['x-key']]).to.deep.equal(HEADERS);
      new Webhook(signing).verify(body, headers as Record<string, string>);
    }

    // Everything that can be asked, and mistakes that name what they are about.
    const badAction = {
      definition: {
        type: 'send-webhook',
        data: { message: { url: receiver.url, headers: { 'x-key': `${HEADERS[1]}\n` } } },
      },
    };
    const refused = await ask('PATCH', `/api/flow-actions/${first.id}`, {
      data: { type: 'flow-action', id: first.id, attributes: badAction },
    });
    expect(refused.status).to.equal(400);
    await ask('GET', '/api/flows', undefined, { authorization: `Klaviyo-API-Key ${key}x` });
    await ask('GET', `/api/flows?key=${encodeURIComponent(key)}`);
    for (const path of [
      '/api/flows?include=flow-actions',
      `/api/flows/${flowId}?additional-fields[flow]=definition`,
      `/api/flow-actions/${first.id}`,
      '/api/profiles',
      '/api/hookledger/deliveries?page[size]=100',
      '/api/hookledger/queues/failed',
      '/api/hookledger/queues/skipped',
      '/api/hookledger/analytics',
      '/openapi.json',
    ]) {
      expect((await ask('GET', path)).status, path).to.equal(200);
    }
    for (const path of ['/metrics', '/readyz', '/healthz', '/docs']) {
      shown.push(await (await fetch(server.url + path)).text());
    }
    const deliveries = (await ask('GET', '/api/hookledger/deliveries?page[size]=100')).body.data as { id: string }[];
    for (const { id } of deliveries) await ask('GET', `/api/hookledger/deliveries/${id}/history`);
    const exported = await run(['export']);
    for (const stream of new Set(
      exported
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).stream as string),
    )) {
      if (/^(profile|trigger|delivery)-/.test(stream)) continue;
      shown.push(await run(['history', stream]), await run(['history', stream, '--json']));
    }
    shown.push(exported, await run(['user', 'list']), await run(['api-key', 'list']), await run(['keys', 'status']));

    expect(tracesIn(folder.path, [...secrets, 'whsec_'])).to.deep.equal([]);
    expect(shown.flatMap((text) => tracesOf(text, secrets))).to.deep.equal([]);
    await server.end('SIGTERM');
    expect(tracesOf(server.log(), secrets)).to.deep.equal([]);
    expect(tracesIn(folder.path, [...secrets, 'whsec_'])).to.deep.equal([]);
  });
});
