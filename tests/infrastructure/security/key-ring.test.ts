import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { SILENT } from '../../../src/application/ports/logger.js';
import { KeysUnusable } from '../../../src/application/ports/vault.js';
import type { KeyRing } from '../../../src/infrastructure/security/key-ring.js';
import { masterKeyOf } from '../../../src/infrastructure/security/master-key.js';
import { openKeys } from '../../../src/infrastructure/security/open-keys.js';
import type { ReadModelsLocation } from '../../../src/settings.js';
import { rejection } from '../../contract/rejection.js';
import { postgres } from '../../support/postgres.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const [FIRST, SECOND] = ['first'.padEnd(43, '1'), 'second'.padEnd(43, '2')];

for (const kind of ['keys.db', 'PostgreSQL'] as const) {
  describe(`The key ring in ${kind}`, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let readModels: ReadModelsLocation;
    let removeSchema: () => Promise<void>;
    const opened: KeyRing[] = [];

    beforeEach(async () => {
      folder = temporaryFolder();
      readModels = { kind: 'sqlite', path: join(folder.path, 'read.db') };
      removeSchema = async () => {};
      if (kind === 'PostgreSQL') {
        const { url, schema, remove } = await (await postgres()).newSchema();
        readModels = { kind: 'postgres', url };
        removeSchema = async () => {
          await (await postgres()).query(`drop schema if exists ${schema}_keys cascade`);
          await remove();
        };
      }
    });
    afterEach(async () => {
      for (const keys of opened.splice(0)) await keys.close();
      await removeSchema();
      folder.remove();
    });

    const ring = async (...masterKeys: string[]): Promise<KeyRing> => {
      const keys = await openKeys({ dataDir: folder.path, readModels, masterKeys }, SILENT);
      opened.push(keys);
      return keys;
    };
    const hex = (key: Buffer | null | undefined): string | null | undefined =>
      key === null ? null : key?.toString('hex');

    it('makes a key for each profile, once, whoever asks first; all processes have the same', async () => {
      const [one, two] = [await ring(FIRST), await ring(FIRST)];
      expect(await one.profileKey('a', false)).to.equal(undefined);
      const keys = await Promise.all([
        one.profileKey('a', true),
        two.profileKey('a', true),
        one.profileKey('a', true),
        one.profileKey('b', true),
      ]);
      const [a, b] = [hex(keys[0]), hex(keys[3])];
      expect(keys.slice(0, 3).map(hex)).to.deep.equal([a, a, a]);
      expect(a).to.match(/^[0-9a-f]{64}$/);
      expect(b).not.to.equal(a);
      expect(hex(await (await ring(FIRST)).profileKey('a', false))).to.equal(a);
    });

    it('destroys a key for ever: it is null everywhere, and is never made again', async () => {
      const keys = await ring(FIRST);
      await keys.profileKey('a', true);
      await keys.destroyProfileKey('a');
      expect(keys.knownProfileKey('a')).to.equal(null);
      const other = await ring(FIRST);
      expect(await other.profileKey('a', true)).to.equal(null);
      await keys.destroyProfileKey('never-seen');
      expect(await other.profileKey('never-seen', true)).to.equal(null);
    });

    it('rotates: secrets get a new key, former keys stay, everything is wrapped by the present master key', async () => {
      const before = await ring(FIRST);
      const [secrets, lookup] = [before.secretsKey, hex(before.lookupKey)];
      const profiles = await Promise.all(
        Array.from({ length: 1_203 }, (_, index) => before.profileKey(`p-${index}`, true)),
      );
      await before.destroyProfileKey('p-7');

      const rotating = await ring(SECOND, FIRST);
      let seen = 0;
      const master = await rotating.rotate((done) => {
        seen = done;
      });
      expect(master).to.equal(masterKeyOf(SECOND).id);
      expect(seen).to.equal(1_202);
      expect(await rotating.status()).to.deep.equal({
        secrets: 2,
        profiles: 1_202,
        destroyed: 1,
        masters: [{ id: master, keys: 1_205 }],
      });

      const after = await ring(SECOND);
      expect(after.secretsKey.id).not.to.equal(secrets.id);
      expect(hex(await after.secretsKeyOf(secrets.id))).to.equal(hex(secrets.key));
      expect(hex(after.lookupKey)).to.equal(lookup);
      expect(hex(await after.profileKey('p-1200', false))).to.equal(hex(profiles[1_200]));
      expect(await after.profileKey('p-7', true)).to.equal(null);
      // A process that was there all the time opens what the others seal from now on.
      expect(hex(await before.secretsKeyOf(secrets.id))).to.equal(hex(secrets.key));
      const { message } = await rejection(ring(FIRST), KeysUnusable);
      expect(message).to.include(`the master key ${master}, which is not here; add it to HOOKLEDGER_MASTER_KEY`);
    });

    it('keeps a master key of its own where none is given, in a file that nobody else can read', async () => {
      const keys = await ring();
      expect(keys.masterKeyInFile).to.equal(true);
      const a = hex(await keys.profileKey('a', true));
      const path = join(folder.path, 'keys.db');
      expect(statSync(path).mode & 0o777).to.equal(0o600);
      expect(hex(await (await ring()).profileKey('a', false))).to.equal(a);

      const [{ id: former } = { id: '' }] = (await keys.status()).masters;
      const rotated = await keys.rotate();
      expect(rotated).not.to.equal(former);
      expect((await keys.status()).masters.map(({ id }) => id)).to.deep.equal([rotated]);
      expect(hex(await (await ring()).profileKey('a', false))).to.equal(a);

      // From the file to the settings: with both, then with the settings alone.
      const moving = await ring(FIRST);
      expect(hex(await moving.profileKey('a', false))).to.equal(a);
      expect(await moving.rotate()).to.equal(masterKeyOf(FIRST).id);
      expect(hex(await (await ring(FIRST)).profileKey('a', false))).to.equal(a);
      expect((await rejection(ring(), KeysUnusable)).message).to.match(
        /restore keys\.db, or set HOOKLEDGER_MASTER_KEY/,
      );
    });

    it('takes back the rights that others have to its file', async () => {
      await ring();
      const path = join(folder.path, 'keys.db');
      chmodSync(path, 0o644);
      await ring();
      expect(statSync(path).mode & 0o777).to.equal(0o600);
    });

    it('leaves no key in clear but the master key that the file is for', async () => {
      const keys = await ring(FIRST);
      const clear = [keys.secretsKey.key, keys.lookupKey, (await keys.profileKey('a', true)) as Buffer];
      if (kind === 'PostgreSQL') return;
      for (const suffix of ['', '-wal']) {
        const bytes = readFileSync(join(folder.path, `keys.db${suffix}`));
        for (const key of clear) {
          expect(bytes.includes(key)).to.equal(false);
          expect(bytes.includes(key.toString('base64url'))).to.equal(false);
        }
        expect(bytes.includes(FIRST)).to.equal(false);
      }
    });
  });
}
