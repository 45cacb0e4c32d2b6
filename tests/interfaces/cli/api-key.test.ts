import { expect } from 'chai';
import { runCommand } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('hookledger api-key', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const run = (...args: readonly string[]) => runCommand([...args, '--data', folder.path]);
  const create = (...args: readonly string[]) => run('api-key', 'create', '--name', 'shop', ...args);
  const member = (name: string, role: string) =>
    run('user', 'create', '--email', `${name}@example.com`, '--role', role);
  const twoStep = (name: string) => run('user', 'two-step', '--email', `${name}@example.com`);
  const list = async () =>
    (await run('api-key', 'list', '--json')).stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const KEY = /^hk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}\n$/;

  it('create makes keys of the operator while there are no members', async () => {
    const { code, stdout, stderr } = await create('--scopes', 'flows:write');
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(KEY);
    const [key] = await list();
    expect(key).to.include({ name: 'shop', status: 'active' });
    expect(key).to.not.have.any.keys('issuerId', 'secretSha256');
  });

  it('create takes the only member with two-step authentication for what writes flows, and names them', async () => {
    await member('olga', 'owner');
    await member('ana', 'analyst');
    const refused = await create('--scopes', 'flows:write');
    expect([refused.code, refused.stdout]).to.deep.equal([1, '']);
    expect(refused.stderr).to.match(/switch it on first: hookledger user two-step --email olga@example\.com\n$/);
    expect(await list()).to.deep.equal([]);

    await twoStep('ana');
    expect((await create('--scopes', 'flows:write')).code).to.equal(1);
    await twoStep('olga');
    const made = await create('--scopes', 'flows:write,events:write');
    expect(made.code).to.equal(0);
    expect(made.stdout).to.match(KEY);
    expect(made.stderr).to.match(/in the name of olga@example\.com/);
    expect((await run('api-key', 'list')).stdout).to.match(/of olga@example\.com, never used\n$/);
  });

  it('create asks to choose where several members come into question', async () => {
    for (const name of ['olga', 'otto']) {
      await member(name, 'owner');
      await twoStep(name);
    }
    const refused = await create('--scopes', 'flows:write');
    expect([refused.code, refused.stdout]).to.deep.equal([1, '']);
    expect(refused.stderr).to.match(/\(olga@example\.com, otto@example\.com\); choose one with --user/);
    const made = await create('--scopes', 'flows:write', '--user', 'Otto@example.com');
    expect({ code: made.code, stderr: made.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect((await list())[0]).to.have.property('issuerId');
  });

  it('create holds a member to the rule and to their role, and nobody for what writes no flows', async () => {
    await member('mona', 'manager');
    await member('ana', 'analyst');
    const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
      [['--scopes', 'flows:write', '--user', 'mona@example.com'], /two-step --email mona@example\.com/],
      [['--scopes', 'events:write', '--user', 'ana@example.com'], /events:write is beyond .* as analyst/],
      [['--scopes', 'flows:read', '--user', 'max@example.com'], /no member max@example\.com/],
    ];
    for (const [args, says] of cases) {
      const refused = await create(...args);
      expect([refused.code, refused.stdout]).to.deep.equal([1, '']);
      expect(refused.stderr).to.match(says);
    }
    expect((await create('--scopes', 'flows:read', '--user', 'ana@example.com')).code).to.equal(0);
    expect((await create('--scopes', 'events:write')).code).to.equal(0);
  });

  it('create takes an end: a date, or days from now', async () => {
    await create('--scopes', 'flows:read', '--expires', '2999-01-31');
    await create('--scopes', 'flows:read', '--expires', '90d');
    const [dated, counted] = await list();
    expect(dated?.expiresAt).to.equal('2999-01-31T00:00:00.000Z');
    const days = (Date.parse(counted?.expiresAt as string) - Date.parse(counted?.issuedAt as string)) / 86_400_000;
    expect(days).to.be.closeTo(90, 0.01);
    for (const [text, code, says] of [
      ['soon', 2, /--expires is 'soon'; it takes a date such as 2027-01-31/],
      ['90', 2, /--expires is '90'/],
      ['2020-01-31', 1, /has to expire later than now/],
      ['0d', 1, /has to expire later than now/],
    ] as const) {
      const refused = await create('--scopes', 'flows:read', '--expires', text);
      expect([refused.code, refused.stdout], text).to.deep.equal([code, '']);
      expect(refused.stderr).to.match(says);
    }
  });

  it('revoke takes the id, or the key itself', async () => {
    const first = (await create('--scopes', 'flows:read')).stdout.trim();
    await create('--scopes', 'flows:read');
    const second = (await list())[1]?.keyId as string;
    for (const given of [first, second]) {
      const { code, stdout } = await run('api-key', 'revoke', given);
      expect([code, stdout]).to.deep.equal([0, '']);
    }
    expect((await list()).map(({ status }) => status)).to.deep.equal(['revoked', 'revoked']);
    const unknown = await run('api-key', 'revoke', 'unknown');
    expect([unknown.code, unknown.stdout]).to.deep.equal([1, '']);
    expect(unknown.stderr).to.match(/no API key with the id 'unknown'/);
  });
});
