import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** How a call can be refused, in the server's own way. */
export type Refusal = 'wrong-expected-version' | 'not-leader' | 'unavailable' | 'timeout' | 'access-denied';
export type CallKind = 'write' | 'read' | 'subscription';

interface Planned {
  refusal: Refusal;
  of: ReadonlySet<CallKind>;
  after: number;
  times: number;
}

/** What goes wrong next, by a test's plan. */
export class Faults {
  readonly #planned: Planned[] = [];
  #held: Promise<void> | undefined;
  #lostAnswers: { after: number } | undefined;

  /** Refuses the next calls of these kinds, once `after` of them went through. */
  refuse(
    refusal: Refusal,
    { of = ['write'], after = 0, times = 1 }: { of?: readonly CallKind[]; after?: number; times?: number } = {},
  ): void {
    this.#planned.push({ refusal, of: new Set(of), after, times });
  }

  /** After so many writes more, one is written whose answer is lost with all connections. */
  loseAnswer(after = 0): void {
    this.#lostAnswers = { after };
  }

  /** Nothing is answered any more, until the function returned is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return () => {
      this.#held = undefined;
      resolve();
    };
  }

  clear(): void {
    this.#planned.length = 0;
    this.#lostAnswers = undefined;
  }

  get held(): Promise<void> | undefined {
    return this.#held;
  }

  /** The refusal that is planned for this call. */
  take(kind: CallKind): Refusal | undefined {
    for (const planned of this.#planned) {
      if (!planned.of.has(kind)) continue;
      if (planned.after > 0) planned.after--;
      else if (planned.times > 0) {
        planned.times--;
        return planned.refusal;
      }
    }
    return undefined;
  }

  /** Whether the answer to this write is lost. */
  takeLostAnswer(): boolean {
    if (this.#lostAnswers === undefined) return false;
    if (this.#lostAnswers.after-- > 0) return false;
    this.#lostAnswers = undefined;
    return true;
  }
}

export function notLeader({ address, port }: { address: string; port: number }): ServiceError {
  return serviceError(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': address,
    'leader-endpoint-port': String(port),
  });
}

export const unavailable = (): ServiceError => serviceError(status.UNAVAILABLE, 'Server Is Not Ready');
export const timeout = (): ServiceError => serviceError(status.ABORTED, 'Operation timed out');
export const accessDenied = (): ServiceError =>
  serviceError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
export const unauthenticated = (): ServiceError => serviceError(status.UNAUTHENTICATED, 'Bad credentials');
export const unimplemented = (): ServiceError => serviceError(status.UNIMPLEMENTED, 'Method is unimplemented');
export const streamDeleted = (stream: string): ServiceError =>
  serviceError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

function serviceError(code: status, details: string, fields: Record<string, string> = {}): ServiceError {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}
