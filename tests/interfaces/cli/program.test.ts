import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { runCommand, startServerProcess } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('The program', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());
  const data = () => ['--data', folder.path];

  const MISTAKES: readonly (readonly [what: string, args: readonly string[], code: number, says: RegExp])[] = [
    ['an unknown command', ['fly'], 2, /unknown command 'fly'/],
    ['no command', [], 2, /Usage: hookledger/],
    ['an unknown option', ['verify', '--fast'], 2, /unknown option '--fast'/],
    ['a missing argument', ['history'], 2, /missing required argument 'stream'/],
    ['a port that is none', ['serve', '--port', '70000'], 2, /--port.*70000.*from 0 to 65535/],
    [
      'an unknown scope',
      ['api-key', 'create', '--name', 'n', '--scopes', 'flows:eat'],
      2,
      /'flows:eat', which is no scope; there are flows:read/,
    ],
    ['a time that is none', ['history', 's', '--as-of', 'soon'], 2, /--as-of is 'soon'; it takes a time such as/],
    [
      'an unknown mode',
      ['template', 'render', '--jsonl', '--autoescape', 'xml'],
      2,
      /'xml'; it takes one of off, html, json/,
    ],
    ['a kept hash that is none', ['verify', '--expect', '12:abc'], 2, /--expect is '12:abc'; it takes POSITION:HASH/],
    [
      'no event store to read',
      ['history', 'delivery-1', '--data', '/nowhere/at/all'],
      1,
      /no event store at \/nowhere\/at\/all\/events.db; --data names its folder/,
    ],
    ['no event store to export', ['export', '--data', '/nowhere/at/all'], 1, /no event store/],
    ['no event store to project', ['projections', 'status', '--data', '/nowhere/at/all'], 1, /no event store/],
    ['no event store to rebuild from', ['projections', 'rebuild', '--data', '/nowhere/at/all'], 1, /no event store/],
    ['no event store to send from', ['resend', 'd', '--data', '/nowhere/at/all'], 1, /no event store/],
  ];
  for (const [what, args, code, says] of MISTAKES) {
    it(`says what is wrong with ${what}, with exit code ${code}, and prints nothing else`, async () => {
      const run = await runCommand(args);
      expect(run.stderr).to.match(says);
      expect(run.stderr).not.to.match(/^ {4}at /m);
      expect(run.code).to.equal(code);
      expect(run.stdout).to.equal('');
      expect(existsSync('/nowhere')).to.equal(false);
    });
  }

  it('says which setting is wrong, and what it takes', async () => {
    for (const [name, value] of [
      ['HOOKLEDGER_RETRY_SCALE', 'fast'],
      ['HOOKLEDGER_CONCURRENCY', '0'],
      ['HOOKLEDGER_EXTRA_CA', '/nowhere/ca.pem'],
      ['HOOKLEDGER_RATE_LIMIT', '-1'],
      ['HOOKLEDGER_TRUST_PROXY', '10.0.0.7,10.0.0.0/99'],
      ['HOOKLEDGER_EVENT_STORE', 'mysql://localhost'],
      ['HOOKLEDGER_PORT', 'http'],
    ] as const) {
      process.env[name] = value;
      try {
        const { code, stderr } = await runCommand(['serve', ...data()]);
        expect(code, name).to.equal(2);
        expect(stderr, name).to.match(new RegExp(`^hookledger: ${name} (is '${value}'|names)`));
      } finally {
        delete process.env[name];
      }
    }
  });

  it('prints a new key alone, and keeps only its hash', async () => {
    const { code, stdout } = await runCommand([
      'api-key',
      'create',
      '--name',
      'shop',
      '--scopes',
      'flows:read,events:write',
      ...data(),
    ]);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^hk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}\n$/);
    const secret = stdout.trim().split('_').slice(2).join('_');
    const verified = await runCommand(['verify', ...data()]);
    const kept = /newest hash ([^;]+);/.exec(verified.stdout)?.[1] as string;
    expect((await runCommand(['verify', '--expect', kept, ...data()])).code).to.equal(0);
    const other = await runCommand(['verify', '--expect', `0:${'0'.repeat(64)}`, ...data()]);
    expect(other.code).to.equal(1);
    expect(other.stderr).to.match(/position 0 is the first broken one: its hash is .*, not the one that was kept/);
    const exported = await runCommand(['export', ...data()]);
    expect(exported.stdout).to.include('"type":"ApiKeyIssued"');
    expect(exported.stdout).not.to.include(secret);
  });

  it('shows how far the projections are beside a running server, and rebuilds them when it is stopped', async () => {
    await runCommand(['api-key', 'create', '--name', 'shop', '--scopes', 'flows:read', ...data()]);
    const before = await runCommand(['projections', 'status', ...data()]);
    expect(before.code).to.equal(1);
    expect(before.stderr).to.match(/no read models at .*read.db yet; the first start of the server makes them/);

    const server = await startServerProcess(folder.path);
    try {
      const status = JSON.parse((await runCommand(['projections', 'status', '--json', ...data()])).stdout);
      expect(status.head).to.equal(0);
      expect(status.projections.map(({ name }: { name: string }) => name)).to.have.members([
        ...['flows', 'feed', 'catalog', 'access', 'profiles', 'queue', 'activity', 'analytics', 'health'],
        ...['journeys', 'products', 'samples'],
      ]);
      for (const projection of status.projections)
        expect(projection).to.deep.include({ position: 0, lag: 0, error: null });
      const refused = await runCommand(['projections', 'rebuild', ...data()]);
      expect(refused.code).to.equal(1);
      expect(refused.stderr).to.match(/A hookledger server is running already on this data .*stop it first/);
    } finally {
      await server.end('SIGTERM');
    }
    const rebuilt = await runCommand(['projections', 'rebuild', ...data()]);
    expect(rebuilt.stdout).to.equal('The read models were built anew, up to position 0.\n');
    expect((await runCommand(['projections', 'status', ...data()])).stdout).to.match(/flows +3 +0 +0/);
  });

  it('checks a body from a file or from standard input, and names the place of a fault', async () => {
    const file = join(folder.path, 'body.json');
    writeFileSync(file, '{\n  "n": {{ event.n|uper }}\n}');
    const wrong = await runCommand(['template', 'check', file]);
    expect(wrong).to.deep.equal({
      code: 1,
      stdout: '',
      stderr: `${file}:2:19: There is no filter "uper"; did you mean "upper"?\n`,
    });
    expect(await runCommand(['template', 'check', '-'], '{"n": {{ event.n }}}')).to.deep.equal({
      code: 0,
      stdout: '- is a valid body.\n',
      stderr: '',
    });
    writeFileSync(file, Buffer.from([0x22, 0xff, 0x22]));
    const bytes = await runCommand(['template', 'check', file]);
    expect([bytes.code, bytes.stderr]).to.deep.equal([1, `hookledger: ${file} is not UTF-8; save it as such.\n`]);
    expect((await runCommand(['template', 'check', '/nowhere/body.json'])).stderr).to.match(/can't be read/);
  });

  it('prints where the first owner is set up, while there is no member, and listens there', async () => {
    const server = await startServerProcess(folder.path);
    const line = /^no members yet: set up the owner at (http:\S+)$/m;
    const address = await eventually('it is printed', () => line.exec(server.printed())?.[1]);
    try {
      expect(address).to.match(new RegExp(`^${server.url}/set-up\\?token=[0-9a-f]{64}$`));
      const page = await fetch(address);
      expect([page.status, await page.text()]).to.satisfy(
        ([status, html]: [number, string]) => status === 200 && html.includes('Become the owner'),
      );
    } finally {
      await server.end('SIGTERM');
    }
    const create = ['user', 'create', '--email', 'olga@example.com', '--role', 'owner', ...data()];
    expect((await runCommand(create)).code).to.equal(0);
    const again = await startServerProcess(folder.path);
    try {
      expect((await fetch(address.replace(server.url, again.url))).status).to.equal(404);
      expect(again.printed()).to.equal(`listening on ${again.url}\n`);
    } finally {
      await again.end('SIGTERM');
    }
  });

  it('says that another program has the port, and leaves everything in order', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const { code, stderr } = await runCommand(['serve', '--port', String(port), ...data()]);
      expect(code).to.equal(1);
      expect(stderr).to.match(new RegExp(`Nothing can listen on 127.0.0.1, port ${port}: something does already`));
    } finally {
      other.close();
    }
    const server = await startServerProcess(folder.path);
    expect(await server.end('SIGTERM')).to.deep.equal({ code: 0, signal: null });
  });

  it('says that damaged read models can be built again, and does so', async () => {
    await runCommand(['api-key', 'create', '--name', 'shop', '--scopes', 'flows:read', ...data()]);
    writeFileSync(join(folder.path, 'read.db'), 'this was a database once'.repeat(500));
    const refused = await runCommand(['serve', '--port', '0', ...data()]);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.match(/read.db can't be used .*delete the file/);
    const rebuilt = await runCommand(['projections', 'rebuild', ...data()]);
    expect(rebuilt.stderr).to.equal('');
    expect(rebuilt.code).to.equal(0);
    const server = await startServerProcess(folder.path);
    expect(await server.end('SIGTERM')).to.deep.equal({ code: 0, signal: null });
  });
});
