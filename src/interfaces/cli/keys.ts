import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { SILENT } from '../../application/ports/logger.js';
import type { KeyRing, StoredKey } from '../../infrastructure/security/key-ring.js';
import { openKeys } from '../../infrastructure/security/open-keys.js';
import { readSettings, type Settings } from '../../settings.js';
import { counted } from './counted.js';
import { type JsonFlag, printResult } from './print-result.js';
import { progressLine } from './progress-line.js';
import { requireEventStore } from './with-event-store.js';
import { WorkFailed } from './work-failed.js';

/** Works beside running servers. Stopped half-way, it goes on when it is given again. */
export async function rotateKeys(flags: JsonFlag & { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const line = progressLine('keys of profiles');
  const master = await withKeys(settings, async (keys) => {
    const { profiles } = await keys.status();
    return keys.rotate((done) => line.show(done, profiles));
  });
  line.end();
  const next = settings.masterKeys.length > 1 ? ' Earlier ones can be taken out of HOOKLEDGER_MASTER_KEY now.' : '';
  printResult(
    flags,
    { masterKey: master },
    `Secrets are sealed by a new key from now on, and every key is wrapped by the master key ${master}.${next}`,
  );
}

export async function showKeys(flags: JsonFlag & { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  await withKeys(settings, async (keys) => {
    const { secrets, profiles, destroyed, masters } = await keys.status();
    if (flags.json) {
      const { masterKeyInFile, secretsKey } = keys;
      const status = { masterKeyInFile, secrets, newestSecretsKey: secretsKey.id, profiles, destroyed, masters };
      process.stdout.write(`${JSON.stringify(status)}\n`);
      return;
    }
    const where = keys.masterKeyInFile ? 'kept in keys.db' : 'given by HOOKLEDGER_MASTER_KEY';
    process.stdout.write(
      `The master key is ${where}. Keys for secrets: ${secrets}, the newest ${keys.secretsKey.id}; of profiles: ${profiles}, and ${destroyed} destroyed.\n`,
    );
    for (const { id, keys: count } of masters) {
      process.stdout.write(`${counted(count, 'key')} wrapped by the master key ${id}\n`);
    }
  });
}

/** Every key, wrapped as it is stored, as NDJSON. */
export async function exportKeys(flags: { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  await withKeys(settings, async (keys) => {
    if (keys.masterKeyInFile) {
      throw new WorkFailed(
        'The keys are wrapped by a master key that keys.db alone has; set HOOKLEDGER_MASTER_KEY and run hookledger keys rotate first, or copy keys.db itself.',
      );
    }
    for await (const some of keys.stored()) {
      const lines = some.map((key) => `${JSON.stringify(key)}\n`).join('');
      if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
    }
  });
}

const storedKey = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('data-key'),
    key_id: z.string(),
    purpose: z.enum(['secrets', 'lookup']),
    wrapped: z.string(),
    wrapped_by: z.string(),
    created_at: z.string(),
  }),
  z.strictObject({
    kind: z.literal('profile-key'),
    profile_id: z.string(),
    wrapped: z.string().nullable(),
    wrapped_by: z.string(),
    changed_at: z.string(),
  }),
]);

/** Takes in what {@link exportKeys} wrote. */
export async function importKeys(flags: JsonFlag & { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const keys = await openKeys(settings, SILENT);
  try {
    let count = 0;
    let some: StoredKey[] = [];
    const take = async (): Promise<void> => {
      await keys.take(some);
      count += some.length;
      some = [];
    };
    let number = 0;
    for await (const line of createInterface({ input: process.stdin })) {
      number++;
      if (line.trim() === '') continue;
      some.push(keyIn(line, number));
      if (some.length >= KEYS_AT_ONCE) await take();
    }
    await take();
    printResult(flags, { keys: count }, `${counted(count, 'key')} taken in.`);
  } finally {
    await keys.close();
  }
}

const KEYS_AT_ONCE = 1_000;

/** @throws WorkFailed naming the line */
function keyIn(line: string, number: number): StoredKey {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  const parsed = storedKey.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new WorkFailed(
    `Line ${number} is no key as hookledger keys export writes it; correct it and give the whole again, which does no harm to keys that are here already.`,
  );
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
