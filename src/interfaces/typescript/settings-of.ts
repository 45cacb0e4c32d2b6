import { ROLES, readSettings, type Settings, SettingsError } from '../../settings.js';
import type { HookledgerOptions } from './options.js';

type Setting = Exclude<keyof HookledgerOptions, 'env' | 'logger' | 'actor'>;

/** The variable that says the same to the server. */
const VARIABLES: Readonly<Record<Setting, string>> = {
  data: 'HOOKLEDGER_DATA',
  eventStore: 'HOOKLEDGER_EVENT_STORE',
  readModels: 'HOOKLEDGER_READ_MODELS',
  masterKey: 'HOOKLEDGER_MASTER_KEY',
  organization: 'HOOKLEDGER_ORGANIZATION',
  roles: 'HOOKLEDGER_ROLES',
  concurrency: 'HOOKLEDGER_CONCURRENCY',
  concurrencyPerOrigin: 'HOOKLEDGER_CONCURRENCY_PER_ORIGIN',
  allowNetworks: 'HOOKLEDGER_ALLOW_NETWORKS',
  allowPorts: 'HOOKLEDGER_ALLOW_PORTS',
  extraCa: 'HOOKLEDGER_EXTRA_CA',
  retryScale: 'HOOKLEDGER_RETRY_SCALE',
  klaviyoSignatures: 'HOOKLEDGER_KLAVIYO_SIGNATURES',
  maxBacklog: 'HOOKLEDGER_MAX_BACKLOG',
  suspendAfter: 'HOOKLEDGER_SUSPEND_AFTER',
  alertFailures: 'HOOKLEDGER_ALERT_FAILURES',
  alertWindow: 'HOOKLEDGER_ALERT_WINDOW',
  rateLimit: 'HOOKLEDGER_RATE_LIMIT',
  trustedProxies: 'HOOKLEDGER_TRUST_PROXY',
};
const OTHERS: readonly string[] = ['env', 'logger', 'actor'] satisfies Exclude<keyof HookledgerOptions, Setting>[];

/** The options as settings, by the same rules that the server's settings go by. @throws SettingsError that names the option */
export function settingsOf(options: HookledgerOptions): Settings {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(VARIABLES, name) && !OTHERS.includes(name));
  if (unknown !== undefined) {
    const known = [...Object.keys(VARIABLES), ...OTHERS].join(', ');
    throw new SettingsError(`There is no option '${unknown}'; there are ${known}.`);
  }
  const given = new Map<string, Setting>();
  const env: Record<string, string | undefined> = { ...options.env };
  for (const [option, variable] of Object.entries(VARIABLES) as [Setting, string][]) {
    const value = options[option];
    if (value === undefined) continue;
    const text = textOf(value);
    if (text === '' && !Array.isArray(value) && option !== 'organization') {
      throw new SettingsError(`${option} is empty; leave it out, or give a value.`);
    }
    given.set(variable, option);
    env[variable] = text;
  }
  const settings = withOptionNames(given, () => readSettings({}, env));
  if (settings.readModels.kind === 'sqlite' && settings.roles.size < ROLES.length) {
    const roles = [...settings.roles].join(', ');
    throw new SettingsError(
      `roles ${roles} leave parts to other processes, and these can't share read models in a file; give readModels a postgres:// URL.`,
    );
  }
  return settings;
}

function textOf(value: NonNullable<HookledgerOptions[Setting]>): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'object' ? value.join(',') : String(value);
}

/** What is wrong with an option is said of the option, not of a variable that nobody set. */
function withOptionNames<T>(given: ReadonlyMap<string, Setting>, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(error.message.replaceAll(/\bHOOKLEDGER_[A-Z_]+/g, (name) => given.get(name) ?? name));
  }
}
