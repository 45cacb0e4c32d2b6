import {
  type ConnectionOptions,
  parseConnectionString,
} from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { EventStoreUnusable } from '../../../application/ports/event-store.js';

export interface ConnectionString {
  /** For messages: without user and password, and without options. */
  shown: string;
  options: ConnectionOptions;
}

/** What can be said in the connection string; whatever else is there would be passed over, and so is refused. */
const OPTIONS = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'throwOnAppendFailure',
  'tls',
  'tlsCAFile',
  'tlsVerifyCert',
  'userCertFile',
  'userKeyFile',
] as const;

const flat = (name: string): string => name.trim().toLowerCase().replace(/[_-]/g, '');
const KNOWN = new Set(OPTIONS.map(flat));

/**
 * Reads `esdb://USER:PASSWORD@HOST:PORT,…?tlsCAFile=…` or `esdb+discover://…` by the client's own parser. That one quotes the
 * whole string, password and all, where something is wrong with it; so what it says is not repeated, and what it would warn
 * about on the console is refused before.
 * @throws EventStoreUnusable
 */
export function readConnectionString(url: string): ConnectionString {
  const shown = withoutSecrets(url);
  for (const parameter of url.split('?').slice(1).join('?').split('&')) {
    const [name = '', value = ''] = parameter.split('=');
    if (name !== '' && !KNOWN.has(flat(name))) {
      throw new EventStoreUnusable(
        `The event store ${shown} can't be used: its connection string has an unknown option.`,
      );
    }
    if (flat(name) === 'tlsverifycert' && value === 'false') {
      throw new EventStoreUnusable(
        `The event store ${shown} can't be used: tlsVerifyCert=false is not supported; name the certificate authority by tlsCAFile.`,
      );
    }
  }
  try {
    return { shown, options: parseConnectionString(url) };
  } catch {
    throw new EventStoreUnusable(
      `The event store ${shown} can't be used: its connection string can't be read; it has to be like esdb://USER:PASSWORD@HOST:PORT?tls=true, with special characters of the password as %XX.`,
    );
  }
}

/** Whatever stands before the last '@' may be a part of a password that wasn't escaped. */
function withoutSecrets(url: string): string {
  const [protocol = ''] = /^[a-z+]+:\/\//.exec(url) ?? [];
  const rest = url.slice(protocol.length);
  const [hosts = ''] = rest.slice(rest.lastIndexOf('@') + 1).split(/[?/]/);
  return `${protocol}${hosts}`;
}
