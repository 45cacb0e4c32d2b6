import { SILENT } from '../../application/ports/logger.js';
import type { KeyRing } from '../../infrastructure/security/key-ring.js';
import { openKeys } from '../../infrastructure/security/open-keys.js';
import { readSettings, type Settings } from '../../settings.js';
import { counted } from './counted.js';
import { progressLine } from './progress-line.js';
import { requireEventStore } from './with-event-store.js';

/** Works beside running servers. Stopped half-way, it goes on when it is given again. */
export async function rotateKeys(flags: { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const line = progressLine('keys of profiles');
  const master = await withKeys(settings, async (keys) => {
    const { profiles } = await keys.status();
    return keys.rotate((done) => line.show(done, profiles));
  });
  line.end();
  const next = settings.masterKeys.length > 1 ? ' Earlier ones can be taken out of HOOKLEDGER_MASTER_KEY now.' : '';
  process.stdout.write(
    `Secrets are sealed by a new key from now on, and every key is wrapped by the master key ${master}.${next}\n`,
  );
}

export async function showKeys(flags: { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  await withKeys(settings, async (keys) => {
    const { secrets, profiles, destroyed, masters } = await keys.status();
    const where = keys.masterKeyInFile ? 'kept in keys.db' : 'given by HOOKLEDGER_MASTER_KEY';
    process.stdout.write(
      `The master key is ${where}. There are ${counted(secrets, 'key')} for secrets, the newest is ${keys.secretsKey.id}; ${counted(profiles, 'key')} of profiles, and ${destroyed} destroyed.\n`,
    );
    for (const { id, keys: count } of masters) {
      process.stdout.write(`${counted(count, 'key')} wrapped by the master key ${id}\n`);
    }
  });
}

async function withKeys<T>(settings: Settings, use: (keys: KeyRing) => Promise<T>): Promise<T> {
  requireEventStore(settings);
  const keys = await openKeys(settings, SILENT);
  try {
    return await use(keys);
  } finally {
    await keys.close();
  }
}
