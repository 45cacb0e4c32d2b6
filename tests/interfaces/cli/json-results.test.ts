import { expect } from 'chai';
import { runCommand, startServerProcess } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** What each command prints for programs, where it prints a sentence for people. */
describe('--json', function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const run = (args: readonly string[], input = '') => runCommand([...args, '--data', folder.path], input);
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await run([...args, '--json']);
    expect([args.join(' '), code]).to.deep.equal([args.join(' '), 0], stderr);
    expect(stdout).to.match(/^\{.*\}\n$/);
    return JSON.parse(stdout);
  };

  it('makes one object of what each command did', async () => {
    const { keyId, key } = await json('api-key', 'create', '--name', 'shop', '--scopes', 'flows:read');
    expect(key).to.match(new RegExp(`^hk_${keyId.replaceAll('-', '')}_`));
    expect(await json('api-key', 'revoke', keyId)).to.deep.equal({ keyId, revoked: true });

    const email = 'ana@example.com';
    const created = await json('user', 'create', '--email', email, '--role', 'owner');
    expect(created).to.deep.include({ email, role: 'owner' });
    expect(created.path).to.match(/^\/password\/.+/);
    expect(await json('user', 'reset-password', '--email', email)).to.have.all.keys('path', 'expiresAt');
    const twoStep = await json('user', 'two-step', '--email', email);
    expect(twoStep.url).to.match(/^otpauth:/);
    expect(twoStep.recoveryCodes).to.not.be.empty;
    await json('user', 'create', '--email', 'bo@example.com', '--role', 'owner');
    expect(await json('user', 'remove', '--email', email)).to.deep.equal({ email, removed: 'member' });

    const { hash, position, contents } = await json('verify');
    const expected = ['--expect', `${position}:${hash}`, '--expect-contents', contents];
    expect(await json('verify', ...expected)).to.deep.include({ name: 'events.db', position, contents });
    const status = await json('keys', 'status');
    expect(status).to.deep.include({ masterKeyInFile: true, destroyed: 0 });
    const { masterKey } = await json('keys', 'rotate');
    expect((await json('keys', 'status')).masters.map(({ id }: { id: string }) => id)).to.deep.equal([masterKey]);
    expect(await json('migrate')).to.deep.include({ done: 'nothing' });
    expect(await json('projections', 'rebuild')).to.deep.equal({ position });
    expect((await json('projections', 'status')).head).to.equal(position);
    expect(await json('resend', '--status', 'failed')).to.deep.equal({ matching: 0, resent: 0, refused: 0 });
  });

  it('says whom it forgot, and what it took in', async () => {
    const server = await startServerProcess(folder.path);
    const exported = await (async () => {
      try {
        await json('event', 'send', '--metric', 'Placed Order', '--external-id', 'c-1');
        const forgotten = await json('profile', 'forget', '--external-id', 'c-1');
        expect(forgotten).to.have.all.keys('profileId', 'forgotten');
        return (await run(['export'])).stdout;
      } finally {
        await server.end('SIGTERM');
      }
    })();
    const other = temporaryFolder();
    try {
      const taken = await runCommand(['import', '--json', '--data', other.path], exported);
      const { events, before } = JSON.parse(taken.stdout);
      expect([events, before]).to.deep.equal([exported.trim().split('\n').length, 0]);
    } finally {
      other.remove();
    }
  });

  it('tells the place of a fault in a body', async () => {
    const { code, stdout } = await runCommand(['template', 'check', '-', '--json'], '{"n": {{ event.n|uper }}}');
    expect(code).to.equal(1);
    expect(JSON.parse(stdout)).to.deep.include({ file: '-', valid: false, line: 1 });
  });
});
