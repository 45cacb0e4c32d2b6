import { expect } from 'chai';
import {
  type EventStoreServerProcess,
  startEventStoreServerProcess,
} from '../../support/event-store-server/event-store-server-process.js';
import { Installation } from '../../support/installation.js';
import { postgres } from '../../support/postgres.js';
import { runCommand } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A port on which nothing listens. */
const NOBODY = '127.0.0.1:1';

describe('Where the stores are', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const run = (args: readonly string[], env: NodeJS.ProcessEnv) =>
    runCommand([...args, '--data', folder.path], '', { HOOKLEDGER_LOG_LEVEL: 'silent', ...env });

  const unusable: readonly [what: string, args: readonly string[], env: NodeJS.ProcessEnv, complaint: string][] = [
    [
      'an event store of another kind',
      ['verify'],
      { HOOKLEDGER_EVENT_STORE: 'mysql://root:secret@db/events' },
      "HOOKLEDGER_EVENT_STORE is 'mysql://root:…@db/events'; it takes sqlite:PATH or esdb://HOST:PORT.",
    ],
    [
      'an event store without a host',
      ['verify'],
      { HOOKLEDGER_EVENT_STORE: 'esdb://' },
      "HOOKLEDGER_EVENT_STORE is 'esdb://'; it takes sqlite:PATH or esdb://HOST:PORT.",
    ],
    [
      'read models of another kind',
      ['serve'],
      { HOOKLEDGER_READ_MODELS: 'redis://db' },
      "HOOKLEDGER_READ_MODELS is 'redis://db'; it takes sqlite:PATH or postgres://USER@HOST/DATABASE.",
    ],
    [
      'an unknown role',
      ['serve', '--roles', 'api,cook'],
      {},
      "HOOKLEDGER_ROLES is 'api,cook'; it takes some of api, worker, projector, with commas.",
    ],
    [
      'roles for several processes on a file',
      ['serve', '--roles', 'api'],
      {},
      "--roles api leaves parts to other processes, and these can't share read models in a file; set HOOKLEDGER_READ_MODELS to a postgres:// URL.",
    ],
  ];
  for (const [what, args, env, complaint] of unusable) {
    it(`is refused before anything begins, with exit code 2: ${what}`, async () => {
      const { code, stdout, stderr } = await run(args, env);
      expect({ code, stdout, stderr }).to.deep.equal({ code: 2, stdout: '', stderr: `hookledger: ${complaint}\n` });
    });
  }

  const away: readonly [
    what: string,
    args: readonly string[],
    env: () => Promise<NodeJS.ProcessEnv>,
    complaint: RegExp,
  ][] = [
    [
      'PostgreSQL that is not there',
      ['serve', '--port', '0'],
      async () => ({ HOOKLEDGER_READ_MODELS: `postgres://user:secret@${NOBODY}/hookledger` }),
      /^hookledger: The read models at postgres:\/\/user:…@127\.0\.0\.1:1\/hookledger can't be used: nothing listens there; start PostgreSQL, or correct the URL\.\n$/,
    ],
    [
      'a database that is not there',
      ['migrate'],
      async () => ({ HOOKLEDGER_READ_MODELS: (await postgres()).url.replace(/postgres$/, 'nowhere') }),
      /can't be used: there is no such database; create it, or correct the URL\.\n$/,
    ],
    [
      'an event store that is not there',
      ['serve', '--port', '0'],
      async () => ({ HOOKLEDGER_EVENT_STORE: `esdb://user:secret@${NOBODY}?tls=false&defaultDeadline=500` }),
      /^hookledger: .*127\.0\.0\.1:1/,
    ],
  ];
  for (const [what, args, env, complaint] of away) {
    it(`is said in one sentence, with exit code 1: ${what}`, async () => {
      const { code, stdout, stderr } = await run(args, await env());
      expect({ code, stdout }, stderr).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.match(complaint);
      expect(stderr).not.to.include('secret');
      expect(stderr.trimEnd().split('\n')).to.have.lengthOf(1);
    });
  }
});

describe('The program on EventStoreDB and PostgreSQL', () => {
  let eventStore: EventStoreServerProcess;
  let installation: Installation;

  before(async () => {
    eventStore = await startEventStoreServerProcess();
    installation = await Installation.make({ HOOKLEDGER_EVENT_STORE: eventStore.url });
  });
  after(async () => {
    await installation.remove();
    await eventStore.end();
  });

  it('migrates, serves, shows and rebuilds', async () => {
    const made = await installation.run(['migrate']);
    expect(made.code, made.stderr).to.equal(0);
    expect(made.stdout).to.match(/were made, empty/);
    expect((await installation.run(['migrate'])).stdout).to.match(/are of this version already/);
    await installation.apiKey();
    const server = await installation.start(['api', 'worker', 'projector']);
    expect(await (await fetch(`${server.url}/readyz`)).json()).to.deep.include({ status: 'ready' });
    const shown = await installation.run(['projections', 'status', '--json']);
    expect(JSON.parse(shown.stdout).projections).to.have.lengthOf(12);
    const rebuilt = await installation.run(['projections', 'rebuild']);
    expect(rebuilt.stdout, rebuilt.stderr).to.match(/were built anew, up to position \d+/);
    expect((await installation.run(['verify'])).stdout).to.match(/contents sha256:[0-9a-f]{64}/);
    expect(await server.end('SIGTERM')).to.deep.equal({ code: 0, signal: null });
  });
});
