import { expect } from 'chai';
import { Secret, TOTP } from 'otpauth';
import { userIdOf } from '../../../src/domain/account/email.js';
import { runCommand } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('hookledger user', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const user = (args: readonly string[], input = '') => runCommand(['user', ...args, '--data', folder.path], input);
  const list = async () =>
    (await user(['list', '--json'])).stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('create takes a password from standard input, and says what to do next', async () => {
    const made = await user(
      ['create', '--email', 'Olga@Example.com', '--role', 'owner', '--password-stdin'],
      'correct horse battery\n',
    );
    expect(made.code).to.equal(0);
    expect(made.stdout).to.equal('olga@example.com is owner and can log in.\n');
    expect(made.stderr).to.match(/hookledger user two-step --email olga@example\.com\n$/);
    expect(await list()).to.deep.equal([
      {
        ...{ userId: userIdOf('olga@example.com'), email: 'olga@example.com', role: 'owner' },
        ...{ status: 'member', twoStep: false, hasPassword: true },
      },
    ]);
  });

  it('create prints the path of the page for a password, alone, where none is given', async () => {
    const made = await user(['create', '--email', 'ana@example.com', '--role', 'analyst']);
    expect(made.code).to.equal(0);
    expect(made.stdout).to.match(/^\/password\/[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}\n$/);
    expect(made.stderr)
      .to.match(/works once/)
      .and.not.match(/two-step/);
    expect(await list()).to.have.lengthOf(1);
    expect((await user(['list'])).stdout).to.match(/^ana@example\.com {2}analyst {2}two-step off, no password yet {2}/);
  });

  it('two-step switches it on: the otpauth URL on the first line, then ten recovery codes', async () => {
    await user(['create', '--email', 'olga@example.com', '--role', 'owner']);
    const { code, stdout, stderr } = await user(['two-step', '--email', 'OLGA@example.com']);
    expect(code, stderr).to.equal(0);
    const [url = '', ...codes] = stdout.trimEnd().split('\n');
    const { host, searchParams } = new URL(url);
    expect(host).to.equal('totp');
    const secret = Secret.fromBase32(searchParams.get('secret') as string);
    expect(TOTP.generate({ secret })).to.match(/^\d{6}$/);
    expect(codes).to.have.lengthOf(10);
    for (const recovery of codes) expect(recovery).to.match(/^[0-9a-z]{5}-[0-9a-z]{5}$/);
    expect((await list())[0]).to.include({ twoStep: true });
  });

  it('reset-password prints another path, alone', async () => {
    const made = await user(['create', '--email', 'olga@example.com', '--role', 'owner']);
    const reset = await user(['reset-password', '--email', 'olga@example.com']);
    expect(reset.code).to.equal(0);
    expect(reset.stdout).to.match(/^\/password\/[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}\n$/);
    expect(reset.stdout).to.not.equal(made.stdout);
  });

  it('remove removes a member, but not the last owner', async () => {
    await user(['create', '--email', 'olga@example.com', '--role', 'owner']);
    await user(['create', '--email', 'ana@example.com', '--role', 'analyst']);
    const refused = await user(['remove', '--email', 'olga@example.com']);
    expect([refused.code, refused.stderr]).to.deep.equal([
      1,
      'hookledger: This is the last owner; make somebody else an owner first.\n',
    ]);
    expect((await user(['remove', '--email', 'ana@example.com'])).code).to.equal(0);
    expect((await list()).map(({ email }) => email)).to.deep.equal(['olga@example.com']);
  });

  const MISTAKES: readonly (readonly [
    what: string,
    args: readonly string[],
    input: string,
    code: number,
    says: RegExp,
  ])[] = [
    [
      'an unknown role',
      ['create', '--email', 'a@b.co', '--role', 'boss'],
      '',
      2,
      /--role is 'boss'; it takes one of owner/,
    ],
    ['no role', ['create', '--email', 'a@b.co'], '', 2, /required option '--role/],
    ['an address that is none', ['create', '--email', 'a', '--role', 'owner'], '', 1, /'a' is no e-mail address/],
    [
      'a weak password',
      ['create', '--email', 'a@b.co', '--role', 'owner', '--password-stdin'],
      'short\n',
      1,
      /12 to 200 characters; this one has 5/,
    ],
    ['no event store', ['two-step', '--email', 'a@b.co'], '', 1, /no event store/],
  ];
  for (const [what, args, input, code, says] of MISTAKES) {
    it(`says what is wrong with ${what}, with exit code ${code}`, async () => {
      const run = await user(args, input);
      expect(run.stderr)
        .to.match(says)
        .and.not.match(/^ {4}at /m);
      expect([run.code, run.stdout]).to.deep.equal([code, '']);
    });
  }

  it('says that there is no such member', async () => {
    await user(['create', '--email', 'olga@example.com', '--role', 'owner']);
    for (const command of ['two-step', 'reset-password', 'remove']) {
      const run = await user([command, '--email', 'max@example.com']);
      expect([run.code, run.stdout]).to.deep.equal([1, '']);
      expect(run.stderr).to.match(/no member max@example\.com; hookledger user list shows all/);
    }
    const twice = await user(['create', '--email', 'olga@example.com', '--role', 'owner']);
    expect([twice.code, twice.stdout]).to.deep.equal([1, '']);
    expect(twice.stderr).to.match(/is a member already/);
  });
});
