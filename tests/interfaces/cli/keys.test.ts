import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProfileCommands } from '../../../src/application/commands/profiles.js';
import { NO_SEGMENTS } from '../../../src/application/process-managers/segment-membership.js';
import { RandomIds } from '../../../src/infrastructure/system/random-ids.js';
import { withUnlocked } from '../../../src/interfaces/cli/with-event-store.js';
import { readSettings } from '../../../src/settings.js';
import { postgres } from '../../support/postgres.js';
import { runCommand } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const [FIRST, SECOND] = ['first'.padEnd(43, '1'), 'second'.padEnd(43, '2')];
const context = {
  actor: { kind: 'cli', id: 'test', name: 'test' },
  correlationId: 'test',
  causationId: 'test',
} as const;

describe('hookledger keys', function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}, input = '') =>
    runCommand([...args, '--data', folder.path], input, env);
  /** A profile, whose attributes are sealed by its key. */
  const newProfile = (env: NodeJS.ProcessEnv = {}): Promise<string> =>
    withUnlocked(readSettings({ data: folder.path }, env), async ({ aggregates, vault }) => {
      const profiles = new ProfileCommands(aggregates, new RandomIds(), vault, NO_SEGMENTS);
      return (await profiles.create({ email: 'ana@example.com', first_name: 'Ana' }, context)).result.profileId;
    });

  it('are made once where several commands set up a new folder together', async () => {
    const make = () => run(['api-key', 'create', '--name', 'n', '--scopes', 'events:write']);
    const made = await Promise.all([make(), make(), make(), make()]);
    expect(made.map(({ code, stderr }) => [code, stderr])).to.deep.equal(made.map(() => [0, '']));
    expect((await run(['keys', 'status'])).stdout).to.match(/by the master key/);
  });

  it('rotate: a new key for secrets and a new master key; histories from before go on to open', async () => {
    const profileId = await newProfile();
    const before = (await run(['keys', 'status'])).stdout;
    expect(before).to.match(
      /^The master key is kept in keys\.db\. Keys for secrets: 1, the newest [0-9a-f]{8}; of profiles: 1, and 0 destroyed\.\n3 keys wrapped by the master key [0-9a-f]{8}\n$/,
    );
    const rotated = await run(['keys', 'rotate']);
    expect(rotated.stdout).to.match(
      /^Secrets are sealed by a new key from now on, and every key is wrapped by the master key [0-9a-f]{8}\.\n$/,
    );
    expect(statSync(join(folder.path, 'keys.db')).mode & 0o777).to.equal(0o600);
    const after = (await run(['keys', 'status'])).stdout;
    expect(after).to.match(/secrets: 2/);
    expect(after.slice(-9)).not.to.equal(before.slice(-9));
    expect((await run(['history', `profile-${profileId}`, '--json'])).stdout).to.include('"first_name":"Ana"');
  });

  it('moves the master key out of keys.db, and from one to another, and says which one is missing', async () => {
    const profileId = await newProfile();
    const history = ['history', `profile-${profileId}`, '--json'];
    expect((await run(['keys', 'rotate'], { HOOKLEDGER_MASTER_KEY: FIRST })).code).to.equal(0);
    expect((await run(history, { HOOKLEDGER_MASTER_KEY: FIRST })).stdout).to.include('Ana');
    const without = await run(history);
    expect([without.code, without.stdout]).to.deep.equal([1, '']);
    expect(without.stderr).to.match(
      /^hookledger: Keys are wrapped by the master key [0-9a-f]{8}, which is not here; restore keys\.db, or set HOOKLEDGER_MASTER_KEY as it was\.\n$/,
    );
    const both = await run(['keys', 'rotate'], { HOOKLEDGER_MASTER_KEY: `${SECOND},${FIRST}` });
    expect(both.stdout).to.match(/Earlier ones can be taken out of HOOKLEDGER_MASTER_KEY now\.\n$/);
    expect((await run(history, { HOOKLEDGER_MASTER_KEY: SECOND })).stdout).to.include('Ana');
    expect((await run(history, { HOOKLEDGER_MASTER_KEY: FIRST })).code).to.equal(1);
    const short = await run(history, { HOOKLEDGER_MASTER_KEY: 'a-short-secret' });
    expect([short.code, short.stderr]).to.deep.equal([
      2,
      'hookledger: HOOKLEDGER_MASTER_KEY holds a key of 14 characters; it takes at least 32, such as `openssl rand -base64 32` prints, and earlier keys after commas.\n',
    ]);
  });

  it('export and import move the keys to PostgreSQL, wrapped; what was destroyed stays so', async () => {
    const { url, schema, remove } = await (await postgres()).newSchema();
    const [here, there] = [
      { HOOKLEDGER_MASTER_KEY: FIRST },
      { HOOKLEDGER_MASTER_KEY: FIRST, HOOKLEDGER_READ_MODELS: url },
    ];
    try {
      const profileId = await newProfile(here);
      const exported = await run(['keys', 'export'], here);
      expect(exported.code).to.equal(0);
      const taken = await run(['keys', 'import'], there, exported.stdout);
      expect([taken.code, taken.stdout]).to.deep.equal([0, '3 keys taken in.\n']);
      const history = ['history', `profile-${profileId}`, '--json'];
      expect((await run(history, there)).stdout).to.include('Ana');

      expect((await run(['profile', 'forget', profileId], there)).code).to.equal(0);
      expect((await run(['keys', 'import'], there, exported.stdout)).code).to.equal(0);
      expect((await run(history, there)).stdout).not.to.include('Ana');

      const broken = await run(['keys', 'import'], there, '{"kind":"data-key"}\n');
      expect([broken.code, broken.stderr.split(';')[0]]).to.deep.equal([
        1,
        'hookledger: Line 1 is no key as hookledger keys export writes it',
      ]);
      const foreign = await run(['keys', 'import'], { ...there, HOOKLEDGER_MASTER_KEY: SECOND }, exported.stdout);
      expect(foreign.code).to.equal(1);
      expect(foreign.stderr).to.include('which is not here; add it to HOOKLEDGER_MASTER_KEY, after a comma');
    } finally {
      await (await postgres()).query(`drop schema if exists ${schema}_keys cascade`);
      await remove();
    }
  });

  it('export refuses where nobody else could open what it writes', async () => {
    await newProfile();
    const refused = await run(['keys', 'export']);
    expect([refused.code, refused.stdout]).to.deep.equal([1, '']);
    expect(refused.stderr).to.include('set HOOKLEDGER_MASTER_KEY and run hookledger keys rotate first');
  });
});
