import type { Role } from '../../settings.js';

/** Where and how a hookledger works. What is left out has the default of the server's setting of that name. */
export interface HookledgerOptions {
  /** The folder of the events, keys and read models, made where there is none; `.hookledger` unless given. */
  data?: string;
  /** `sqlite:PATH` or `esdb://HOST:PORT`; `events.db` in the data folder unless given. */
  eventStore?: string;
  /** `sqlite:PATH` or `postgres://USER@HOST/DATABASE`; `read.db` in the data folder unless given. */
  readModels?: string;
  /**
   * The text that seals secrets and profiles, 32 characters or more; of several the first is for what is new. Without one it is
   * kept in `keys.db` of the data folder.
   */
  masterKey?: string | readonly string[];
  /** What `organization.name` says in bodies. */
  organization?: string;
  /** The parts that run here; all unless given. Fewer take read models in PostgreSQL, which processes can share. */
  roles?: readonly Role[];
  /** Attempts under way at once: in all, 256 unless given. */
  concurrency?: number;
  /** Attempts under way at once to one receiver; 32 unless given. */
  concurrencyPerOrigin?: number;
  /** Networks (CIDR) and addresses that deliveries may reach though they are not public. */
  allowNetworks?: readonly string[];
  /** Ports and ranges (`'9000-9100'`) that deliveries may reach beside 443; `'*'` for all. */
  allowPorts?: '*' | readonly (number | string)[];
  /** A PEM file of certificate authorities to trust beside the well-known ones. */
  extraCa?: string;
  /** Multiplies each back-off before a retry; for tests. 1 unless given. */
  retryScale?: number;
  /** Whether requests are signed in the way of Klaviyo's system webhooks as well; false unless given. */
  klaviyoSignatures?: boolean;
  /** Deliveries that may wait before no more events are taken; 100,000 unless given, and 0 for no limit. */
  maxBacklog?: number;
  /** Days of failures after which an action is suspended; 5 unless given, and 0 for never. */
  suspendAfter?: number;
  /** Failed deliveries of an action within {@link alertWindow} that an alert is recorded for; 50 unless given, and 0 for none. */
  alertFailures?: number;
  /** Minutes, up to a day; 60 unless given. */
  alertWindow?: number;
  /** For {@link Hookledger.plugin}: requests a second for each API key; 1,000 unless given, and 0 for no limit. */
  rateLimit?: number;
  /** For {@link Hookledger.plugin}: addresses and networks of proxies whose `X-Forwarded-*` headers are believed. */
  trustedProxies?: readonly string[];
  /** `HOOKLEDGER_*` settings for what is not given here: `process.env`, say. No environment is read otherwise. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Where to log: pino, fastify's `app.log`, or the like. Nothing is logged unless given. Secrets are cut out first. */
  logger?: HostLogger;
  /** Who gives the commands, for auditors: the program's name. `embedded` unless given. */
  actor?: string;
}

/** A logger in pino's form: fields first, then a sentence. */
export interface HostLogger {
  /** For whoever looks for a fault. */
  trace(fields: object, message?: string): void;
  /** For whoever looks for a fault. */
  debug(fields: object, message?: string): void;
  /** What is good to know. */
  info(fields: object, message?: string): void;
  /** What may need somebody. */
  warn(fields: object, message?: string): void;
  /** What failed. */
  error(fields: object, message?: string): void;
  /** What ends the process. */
  fatal(fields: object, message?: string): void;
}
