import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Everything that can be set: flags before `HOOKLEDGER_*` before defaults. */
export interface Settings {
  /** The folder of events.db and read.db. */
  dataDir: string;
  eventsPath: string;
  readModelsPath: string;
  /** Multiplies each back-off; for tests and demos. */
  retryScale: number;
  /** A PEM file of certificate authorities to trust beside the well-known ones. */
  extraCa: string | undefined;
  /** What `organization.name` says in bodies. */
  organization: string;
  concurrency: number;
  concurrencyPerOrigin: number;
  logLevel: string;
}

/** A setting that can't be used; the message names it and says what to do. The program ends with exit code 2. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const whole = (least: number) => z.coerce.number().int().min(least);

const environment = z.object({
  HOOKLEDGER_DATA: z.string().min(1).default('.hookledger'),
  HOOKLEDGER_EVENT_STORE: z.string().optional(),
  HOOKLEDGER_READ_MODELS: z.string().optional(),
  HOOKLEDGER_RETRY_SCALE: z.coerce.number().min(0).finite().default(1),
  HOOKLEDGER_EXTRA_CA: z.string().optional(),
  HOOKLEDGER_ORGANIZATION: z.string().default(''),
  HOOKLEDGER_CONCURRENCY: whole(1).default(256),
  HOOKLEDGER_CONCURRENCY_PER_ORIGIN: whole(1).default(32),
  HOOKLEDGER_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
});

const EXPECTED: Readonly<Record<keyof z.infer<typeof environment>, string>> = {
  HOOKLEDGER_DATA: 'a folder',
  HOOKLEDGER_EVENT_STORE: 'sqlite:PATH',
  HOOKLEDGER_READ_MODELS: 'sqlite:PATH',
  HOOKLEDGER_RETRY_SCALE: 'a number from 0 on, such as 0.001',
  HOOKLEDGER_EXTRA_CA: 'the path of a PEM file',
  HOOKLEDGER_ORGANIZATION: 'a name',
  HOOKLEDGER_CONCURRENCY: 'a whole number from 1 on',
  HOOKLEDGER_CONCURRENCY_PER_ORIGIN: 'a whole number from 1 on',
  HOOKLEDGER_LOG_LEVEL: `one of ${LOG_LEVELS.join(', ')}`,
};

/** @throws SettingsError */
export function readSettings(flags: { data?: string | undefined }, env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(flags.data === undefined ? given : { ...given, HOOKLEDGER_DATA: flags.data });
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0]) as keyof typeof EXPECTED;
    throw new SettingsError(`${name} is '${given[name]}'; it takes ${EXPECTED[name]}.`);
  }
  const values = parsed.data;
  if (values.HOOKLEDGER_EXTRA_CA !== undefined && !existsSync(values.HOOKLEDGER_EXTRA_CA)) {
    throw new SettingsError(`HOOKLEDGER_EXTRA_CA names ${values.HOOKLEDGER_EXTRA_CA}, which does not exist.`);
  }
  const dataDir = resolve(values.HOOKLEDGER_DATA);
  return {
    dataDir,
    eventsPath: sqlitePath('HOOKLEDGER_EVENT_STORE', values.HOOKLEDGER_EVENT_STORE, join(dataDir, 'events.db')),
    readModelsPath: sqlitePath('HOOKLEDGER_READ_MODELS', values.HOOKLEDGER_READ_MODELS, join(dataDir, 'read.db')),
    retryScale: values.HOOKLEDGER_RETRY_SCALE,
    extraCa: values.HOOKLEDGER_EXTRA_CA,
    organization: values.HOOKLEDGER_ORGANIZATION,
    concurrency: values.HOOKLEDGER_CONCURRENCY,
    concurrencyPerOrigin: values.HOOKLEDGER_CONCURRENCY_PER_ORIGIN,
    logLevel: values.HOOKLEDGER_LOG_LEVEL,
  };
}

/** `sqlite:PATH` is what this version runs on. */
function sqlitePath(name: string, value: string | undefined, byDefault: string): string {
  if (value === undefined) return byDefault;
  if (!value.startsWith('sqlite:') || value.length === 'sqlite:'.length) {
    throw new SettingsError(`${name} is '${value}'; this version of hookledger takes sqlite:PATH only.`);
  }
  return resolve(value.slice('sqlite:'.length));
}
