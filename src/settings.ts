import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { networksIn, type PortRange, portsIn } from './network-settings.js';
import { SettingsError } from './settings-error.js';

export { SettingsError } from './settings-error.js';

/** Everything that can be set: flags before `HOOKLEDGER_*` before defaults. */
export interface Settings {
  /** The folder of events.db and read.db, where they are not elsewhere. */
  dataDir: string;
  eventStore: EventStoreLocation;
  readModels: ReadModelsLocation;
  /** Texts that the master keys come of, the first for what is new; none where keys.db keeps them. */
  masterKeys: readonly string[];
  /** The parts that this process runs. */
  roles: ReadonlySet<Role>;
  /** Multiplies each back-off; for tests and demos. */
  retryScale: number;
  /** A PEM file of certificate authorities to trust beside the well-known ones. */
  extraCa: string | undefined;
  /** What `organization.name` says in bodies. */
  organization: string;
  /** Requests a second for each API key; 0 for no limit. */
  rateLimit: number;
  /** What may wait to be delivered before no more events are taken; 0 for no limit. */
  maxBacklog: number;
  /** Addresses and networks of proxies whose X-Forwarded-* headers are believed. */
  trustedProxies: readonly string[];
  concurrency: number;
  concurrencyPerOrigin: number;
  /** Networks (CIDR) that deliveries may reach though they are not public. */
  allowNetworks: readonly string[];
  /** Ports that deliveries may reach beside 443. */
  allowPorts: readonly PortRange[];
  /** Milliseconds of failure after which an action is suspended; Infinity for never. */
  suspendAfterMs: number;
  /** How many deliveries of an action may fail in how long before people are told; 0 failures for never. */
  alert: { failures: number; windowMinutes: number };
  /** Whether requests are signed in the way of Klaviyo's system webhooks as well. */
  klaviyoSignatures: boolean;
  logLevel: string;
}

/** Where the events are: in a file of this machine, or in an EventStoreDB or KurrentDB cluster. */
export type EventStoreLocation = { kind: 'sqlite'; path: string } | { kind: 'eventstoredb'; url: string };

/** Where the read models and the queue are: in a file of this machine, or in a PostgreSQL database. */
export type ReadModelsLocation = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string };

/** `api` takes requests, `worker` sends, `projector` keeps the read models and schedules retries. */
export type Role = (typeof ROLES)[number];
export const ROLES = ['api', 'worker', 'projector'] as const;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const whole = (least: number) => z.coerce.number().int().min(least);

const environment = z.object({
  HOOKLEDGER_DATA: z.string().min(1).default('.hookledger'),
  HOOKLEDGER_EVENT_STORE: z.string().optional(),
  HOOKLEDGER_READ_MODELS: z.string().optional(),
  HOOKLEDGER_MASTER_KEY: z.string().optional(),
  HOOKLEDGER_ROLES: z.string().default(ROLES.join(',')),
  HOOKLEDGER_RETRY_SCALE: z.coerce.number().min(0).finite().default(1),
  HOOKLEDGER_EXTRA_CA: z.string().optional(),
  HOOKLEDGER_ORGANIZATION: z.string().default(''),
  HOOKLEDGER_RATE_LIMIT: z.coerce.number().min(0).finite().default(1_000),
  HOOKLEDGER_MAX_BACKLOG: whole(0).default(100_000),
  HOOKLEDGER_TRUST_PROXY: z.string().default(''),
  HOOKLEDGER_CONCURRENCY: whole(1).default(256),
  HOOKLEDGER_CONCURRENCY_PER_ORIGIN: whole(1).default(32),
  HOOKLEDGER_ALLOW_NETWORKS: z.string().default(''),
  HOOKLEDGER_ALLOW_PORTS: z.string().default(''),
  HOOKLEDGER_SUSPEND_AFTER: z.union([z.literal('never'), z.coerce.number().min(0).finite()]).default(5),
  HOOKLEDGER_ALERT_FAILURES: whole(0).default(50),
  HOOKLEDGER_ALERT_WINDOW: whole(1).max(1_440).default(60),
  HOOKLEDGER_KLAVIYO_SIGNATURES: z.enum(['on', 'off']).default('off'),
  HOOKLEDGER_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
});

type Name = keyof z.infer<typeof environment>;

/** Every variable that the program reads; `serve` alone reads the last two, where it listens. */
export const SETTING_NAMES: readonly string[] = [
  ...Object.keys(environment.shape),
  'HOOKLEDGER_HOST',
  'HOOKLEDGER_PORT',
];

const EXPECTED: Readonly<Record<Name, string>> = {
  HOOKLEDGER_DATA: 'a folder',
  HOOKLEDGER_EVENT_STORE: 'sqlite:PATH or esdb://HOST:PORT',
  HOOKLEDGER_READ_MODELS: 'sqlite:PATH or postgres://USER@HOST/DATABASE',
  HOOKLEDGER_MASTER_KEY: 'a secret text, such as `openssl rand -base64 32` prints; earlier ones after commas',
  HOOKLEDGER_ROLES: `some of ${ROLES.join(', ')}, with commas`,
  HOOKLEDGER_RETRY_SCALE: 'a number from 0 on, such as 0.001',
  HOOKLEDGER_EXTRA_CA: 'the path of a PEM file',
  HOOKLEDGER_ORGANIZATION: 'a name',
  HOOKLEDGER_RATE_LIMIT: 'a number of requests a second from 0 on, and 0 for no limit',
  HOOKLEDGER_MAX_BACKLOG: 'a whole number of deliveries from 0 on, and 0 for no limit',
  HOOKLEDGER_TRUST_PROXY: 'addresses and networks such as 10.0.0.7,192.168.0.0/16, with commas',
  HOOKLEDGER_CONCURRENCY: 'a whole number from 1 on',
  HOOKLEDGER_CONCURRENCY_PER_ORIGIN: 'a whole number from 1 on',
  HOOKLEDGER_ALLOW_NETWORKS: 'networks and addresses with commas, such as 10.1.0.0/16,fd12:3456::7',
  HOOKLEDGER_ALLOW_PORTS: 'ports and ranges of ports with commas, such as 8443,9000-9100, or * for all',
  HOOKLEDGER_SUSPEND_AFTER: "a number of days such as 5, and 0 or 'never' for never",
  HOOKLEDGER_ALERT_FAILURES: 'a whole number of deliveries from 0 on, and 0 for no alerts',
  HOOKLEDGER_ALERT_WINDOW: 'a whole number of minutes from 1 to 1440',
  HOOKLEDGER_KLAVIYO_SIGNATURES: 'on or off',
  HOOKLEDGER_LOG_LEVEL: `one of ${LOG_LEVELS.join(', ')}`,
};

/** @throws SettingsError */
export function readSettings(flags: { data?: string | undefined; roles?: string }, env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  if (flags.data !== undefined) given.HOOKLEDGER_DATA = flags.data;
  if (flags.roles !== undefined) given.HOOKLEDGER_ROLES = flags.roles;
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0]) as Name;
    throw unusable(name, given[name]);
  }
  const values = parsed.data;
  if (values.HOOKLEDGER_EXTRA_CA !== undefined && !existsSync(values.HOOKLEDGER_EXTRA_CA)) {
    throw new SettingsError(`HOOKLEDGER_EXTRA_CA names ${values.HOOKLEDGER_EXTRA_CA}, which does not exist.`);
  }
  const dataDir = resolve(values.HOOKLEDGER_DATA);
  return {
    dataDir,
    eventStore: eventStoreLocation(values.HOOKLEDGER_EVENT_STORE ?? `sqlite:${join(dataDir, 'events.db')}`),
    readModels: readModelsLocation(values.HOOKLEDGER_READ_MODELS ?? `sqlite:${join(dataDir, 'read.db')}`),
    masterKeys: masterKeysIn(values.HOOKLEDGER_MASTER_KEY),
    roles: rolesIn(values.HOOKLEDGER_ROLES),
    retryScale: values.HOOKLEDGER_RETRY_SCALE,
    extraCa: values.HOOKLEDGER_EXTRA_CA,
    organization: values.HOOKLEDGER_ORGANIZATION,
    rateLimit: values.HOOKLEDGER_RATE_LIMIT,
    maxBacklog: values.HOOKLEDGER_MAX_BACKLOG,
    trustedProxies: proxiesIn(values.HOOKLEDGER_TRUST_PROXY),
    concurrency: values.HOOKLEDGER_CONCURRENCY,
    concurrencyPerOrigin: values.HOOKLEDGER_CONCURRENCY_PER_ORIGIN,
    allowNetworks: usable('HOOKLEDGER_ALLOW_NETWORKS', values.HOOKLEDGER_ALLOW_NETWORKS, networksIn),
    allowPorts: usable('HOOKLEDGER_ALLOW_PORTS', values.HOOKLEDGER_ALLOW_PORTS, portsIn),
    suspendAfterMs: daysOrNever(values.HOOKLEDGER_SUSPEND_AFTER),
    alert: { failures: values.HOOKLEDGER_ALERT_FAILURES, windowMinutes: values.HOOKLEDGER_ALERT_WINDOW },
    klaviyoSignatures: values.HOOKLEDGER_KLAVIYO_SIGNATURES === 'on',
    logLevel: values.HOOKLEDGER_LOG_LEVEL,
  };
}

const DAY_MS = 86_400_000;

const daysOrNever = (days: number | 'never'): number =>
  days === 'never' || days === 0 ? Number.POSITIVE_INFINITY : days * DAY_MS;

/** The schemes of EventStoreDB's and KurrentDB's connection strings. */
const EVENT_STORE_URL = /^(?:esdb|kurrentdb|kdb)(?:\+discover)?:\/\/[^/?]/;

function eventStoreLocation(text: string): EventStoreLocation {
  const path = sqlitePath(text);
  if (path !== undefined) return { kind: 'sqlite', path };
  // The client library knows only the older name of the scheme.
  if (EVENT_STORE_URL.test(text))
    return { kind: 'eventstoredb', url: text.replace(/^(?:kurrentdb|kdb)(?=[+:])/, 'esdb') };
  throw unusable('HOOKLEDGER_EVENT_STORE', text);
}

function readModelsLocation(text: string): ReadModelsLocation {
  const path = sqlitePath(text);
  if (path !== undefined) return { kind: 'sqlite', path };
  if (/^postgres(?:ql)?:\/\/./.test(text) && URL.canParse(text)) return { kind: 'postgres', url: text };
  throw unusable('HOOKLEDGER_READ_MODELS', text);
}

function sqlitePath(text: string): string | undefined {
  return text.startsWith('sqlite:') && text.length > 'sqlite:'.length
    ? resolve(text.slice('sqlite:'.length))
    : undefined;
}

/** As many characters as 128 random bits take in hexadecimal: less can be guessed. */
const SHORTEST_MASTER_KEY = 32;

/** The value is never repeated in a message. */
function masterKeysIn(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const secrets = text.split(',').map((secret) => secret.trim());
  const short = secrets.find(({ length }) => length < SHORTEST_MASTER_KEY);
  if (short === undefined) return secrets;
  throw new SettingsError(
    `HOOKLEDGER_MASTER_KEY holds a key of ${short.length} characters; it takes at least ${SHORTEST_MASTER_KEY}, such as \`openssl rand -base64 32\` prints, and earlier keys after commas.`,
  );
}

function rolesIn(text: string): ReadonlySet<Role> {
  const roles = text.split(',').map((role) => role.trim());
  if (!roles.every((role): role is Role => ROLES.includes(role as Role))) throw unusable('HOOKLEDGER_ROLES', text);
  return new Set(roles);
}

/** What `read` makes of the text. @throws SettingsError where that is nothing */
function usable<T>(name: Name, text: string, read: (text: string) => T | undefined): T {
  const value = read(text);
  if (value === undefined) throw unusable(name, text);
  return value;
}

function proxiesIn(text: string): readonly string[] {
  if (text === '') return [];
  const proxies = text.split(',').map((one) => one.trim());
  // ipaddr.js alone would take 127 for an address.
  const isOne = (one: string) => isIP(one.split('/', 1)[0] ?? '') !== 0 && (isIP(one) !== 0 || ipaddr.isValidCIDR(one));
  if (!proxies.every(isOne)) throw unusable('HOOKLEDGER_TRUST_PROXY', text);
  return proxies;
}

function unusable(name: Name, value: string | undefined): SettingsError {
  return new SettingsError(`${name} is '${withoutPassword(value ?? '')}'; it takes ${EXPECTED[name]}.`);
}

/** The location as it may be shown: a URL's password is not. */
export function shownLocation(location: EventStoreLocation | ReadModelsLocation): string {
  return 'path' in location ? location.path : withoutPassword(location.url);
}

const withoutPassword = (text: string): string => text.replace(/(:\/\/[^:/?#]*):.*@/, '$1:…@');
