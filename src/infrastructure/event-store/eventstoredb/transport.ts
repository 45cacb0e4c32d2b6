import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { ChannelCredentials, type ClientOptions } from '@grpc/grpc-js';
import { EventStoreUnusable } from '../../../application/ports/event-store.js';
import type { BackOff } from './back-off.js';
import type { EndPoint } from './failures.js';

const KEEP_ALIVE_MS = 10_000;

/** The server holds events of up to 16 MiB, written by other ways than this one. */
const MOST_RECEIVED = 17 * 1024 * 1024;

/** What TLS is told instead of an address: a name has to be there, and servers don't care which. */
const NAMELESS = 'address.invalid';

/** How nodes are spoken to: with or without TLS, and by which files. */
export class Transport {
  readonly #tls: boolean;
  readonly #files: readonly [authority: Buffer | null, key: Buffer | null, certificate: Buffer | null];
  readonly #options: ClientOptions;

  /** @throws EventStoreUnusable where a file can't be read */
  constructor(options: ConnectionOptions, store: string, backOff: BackOff) {
    const { tls = true, tlsCAFile, userKeyFile, userCertFile } = options;
    const { keepAliveInterval = KEEP_ALIVE_MS, keepAliveTimeout = KEEP_ALIVE_MS } = options;
    this.#tls = tls;
    this.#files = [
      read('tlsCAFile', tlsCAFile, store),
      read('userKeyFile', userKeyFile, store),
      read('userCertFile', userCertFile, store),
    ];
    const never = (ms: number): number => (ms < 0 ? Number.MAX_VALUE : ms);
    this.#options = {
      'grpc.keepalive_time_ms': never(keepAliveInterval),
      'grpc.keepalive_timeout_ms': never(keepAliveTimeout),
      'grpc.max_receive_message_length': MOST_RECEIVED,
      // By itself it would wait for up to two minutes after a long outage.
      'grpc.initial_reconnect_backoff_ms': backOff.firstMs,
      'grpc.max_reconnect_backoff_ms': backOff.mostMs,
    };
  }

  /** What a client of gRPC is made with. */
  to({ address, port }: EndPoint): [target: string, credentials: ChannelCredentials, options: ClientOptions] {
    const target = isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
    if (!this.#tls) return [target, ChannelCredentials.createInsecure(), this.#options];
    if (isIP(address) === 0) return [target, ChannelCredentials.createSsl(...this.#files), this.#options];
    // gRPC names the address to TLS as if it were a host, which Node refuses; the certificate has to be for the address still.
    const credentials = ChannelCredentials.createSsl(...this.#files, {
      checkServerIdentity: (_, certificate) => checkServerIdentity(address, certificate),
    });
    return [target, credentials, { ...this.#options, 'grpc.ssl_target_name_override': NAMELESS }];
  }
}

function read(option: string, path: string | undefined, store: string): Buffer | null {
  if (path === undefined) return null;
  try {
    return readFileSync(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EventStoreUnusable(`The event store ${store} can't be used: its ${option} can't be read (${why}).`);
  }
}
