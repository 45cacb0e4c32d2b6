import { type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { EventStoreUnusable } from '../../../application/ports/event-store.js';

export interface EndPoint {
  address: string;
  port: number;
}

/**
 * - `unavailable`: no connection, or it was lost, or the server is busy or not ready; it passes
 * - `not-leader`: another node has to be asked; it passes
 * - `timeout`: no answer in time; what was asked for may have happened all the same
 * - `broken`: the server stumbled over something of its own, as it does when it starts, stops or changes its leader; it may pass
 * - all others stay as they are, however often one asks
 */
export type FailureKind =
  | 'unavailable'
  | 'not-leader'
  | 'timeout'
  | 'broken'
  | 'denied'
  | 'certificate'
  | 'deleted'
  | 'too-large'
  | 'unimplemented'
  | 'other';

const PASSING: ReadonlySet<FailureKind> = new Set(['unavailable', 'not-leader', 'timeout', 'broken']);

/** Why a call to the server came to nothing. */
export class ServerFailure extends Error {
  override readonly name = 'ServerFailure';

  constructor(
    readonly kind: FailureKind,
    /** What the server or the connection says. */
    readonly said: string,
    /** Where `not-leader` says who is. */
    readonly leader?: EndPoint,
    options?: ErrorOptions,
  ) {
    super(said, options);
  }

  get passes(): boolean {
    return PASSING.has(this.kind);
  }
}

/** What went wrong on the connection or at the server; undefined where the error is of another kind. */
export function serverFailure(error: unknown): ServerFailure | undefined {
  if (error instanceof ServerFailure) return error;
  if (!isServiceError(error)) return undefined;
  const { details, metadata } = error;
  const cause = { cause: error };
  switch (text(metadata, 'exception')) {
    case 'not-leader':
      return new ServerFailure('not-leader', details, leaderOf(metadata), cause);
    case 'access-denied':
      return new ServerFailure('denied', details, undefined, cause);
    case 'stream-deleted':
      return new ServerFailure('deleted', details, undefined, cause);
    case 'maximum-append-size-exceeded':
      return new ServerFailure('too-large', details, undefined, cause);
  }
  return new ServerFailure(kindOf(error), details, undefined, cause);
}

/** By the words of Node's TLS: such a connection doesn't get better by trying again. */
const CERTIFICATE = /certificate|self.signed|wrong version number|altnames/i;

/** A connection that broke while something was under way is told in many ways. */
const CONNECTION = /RST_STREAM|GOAWAY|ECONN|EPIPE|socket|write after end|channel|session|dropped/i;

/** The deadline came before there was a connection: nobody was asked anything. */
const UNSENT = /^Deadline exceeded after (?!.*remote_addr=)/;

function kindOf({ code, details }: ServiceError): FailureKind {
  switch (code) {
    case status.UNAVAILABLE:
      return CERTIFICATE.test(details) ? 'certificate' : 'unavailable';
    case status.CANCELLED:
      return 'unavailable';
    case status.DEADLINE_EXCEEDED:
      return UNSENT.test(details) ? 'unavailable' : 'timeout';
    // What the server says where its own write took too long.
    case status.ABORTED:
      return 'timeout';
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
      return 'denied';
    case status.UNIMPLEMENTED:
      return 'unimplemented';
    case status.UNKNOWN:
    case status.INTERNAL:
    case status.RESOURCE_EXHAUSTED:
      return CONNECTION.test(details) ? 'unavailable' : 'broken';
    default:
      return 'other';
  }
}

/** One sentence for people, and what to do. */
export function unusable(store: string, failure: ServerFailure, afterMs: number): EventStoreUnusable {
  return new EventStoreUnusable(sentence(store, failure, afterMs), { cause: failure });
}

function sentence(store: string, { kind, said }: ServerFailure, afterMs: number): string {
  const seconds = `${Math.round(afterMs / 100) / 10} s`;
  switch (kind) {
    case 'unavailable':
      return `The event store ${store} can't be reached (${said}), for ${seconds} now; check that it runs and the address.`;
    case 'not-leader':
      return `The event store ${store} has had no leader that could be reached for ${seconds}; check the cluster.`;
    case 'timeout':
      return `The event store ${store} did not answer within ${seconds}; it may have written what was asked of it, and the same again writes nothing twice.`;
    case 'broken':
      return `The event store ${store} fails (${said}), for ${seconds} now; its own log says why.`;
    case 'denied':
      return `The event store ${store} refuses the user or the password (${said}); check the credentials in the connection string and the user's rights.`;
    case 'certificate':
      return `The event store ${store} can't be trusted (${said}); name its certificate authority by tlsCAFile, or use tls=false where it runs without TLS.`;
    case 'deleted':
      return `A stream of the event store ${store} was deleted there for good (${said}); its events are gone, and nothing can be appended to it.`;
    case 'too-large':
      return `The event store ${store} refuses an append as too large (${said}); raise its MaxAppendSize.`;
    case 'unimplemented':
      return `The event store ${store} doesn't know this call (${said}); it has to be EventStoreDB 22.6 or newer, or KurrentDB.`;
    case 'other':
      return `The event store ${store} can't be used: ${said}.`;
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;
}

function leaderOf(metadata: Metadata): EndPoint | undefined {
  const address = text(metadata, 'leader-endpoint-host');
  const port = Number(text(metadata, 'leader-endpoint-port'));
  return address !== undefined && port > 0 ? { address, port } : undefined;
}

const text = (metadata: Metadata | undefined, name: string): string | undefined => metadata?.get(name)[0]?.toString();
