import { Agent, type Dispatcher, Pool } from 'undici';
import type { WebhookRequest, WebhookSender } from '../../application/ports/webhook-sender.js';
import type { AttemptOutcome } from '../../domain/delivery/outcome.js';
import type { AddressPolicy } from './address-policy.js';
import { checkedConnector } from './checked-connector.js';
import type { Resolve } from './checked-lookup.js';
import { retryAfterMs } from './retry-after.js';
import { transportErrorOf } from './transport-error.js';
import { trustedContext } from './trusted-context.js';

export interface SenderLimits {
  /** Connections to one origin at the most. */
  connectionsPerOrigin: number;
  /** Until the connection stands, TLS included; milliseconds, as all times here. */
  connectMs: number;
  /** From the request until the answer's headers. */
  headersMs: number;
  /** Between two pieces of the answer's body. */
  bodyMs: number;
  /** The whole attempt, however it spends its time. */
  totalMs: number;
}

export const DEFAULT_SENDER_LIMITS: SenderLimits = {
  connectionsPerOrigin: 32,
  connectMs: 10_000,
  headersMs: 30_000,
  bodyMs: 10_000,
  totalMs: 60_000,
};

/** An answer's body is read this far and no further; what it says beyond is nobody's concern. */
const MAX_RESPONSE_BODY = 64 * 1024;

/** How much of it stands in the history: enough to see a receiver's complaint, little enough for every attempt. */
const KEPT_RESPONSE_BODY = 1024;

/**
 * POSTs by undici: a pool of keep-alive connections for each origin, addresses checked, TLS verified, redirects never
 * followed, answers never decompressed.
 */
export class UndiciWebhookSender implements WebhookSender {
  readonly #agent: Agent;
  readonly #limits: SenderLimits;

  /**
   * @param policy where requests may go
   * @param extraCa path of a PEM file with certificate authorities to trust beside the well-known ones
   * @param resolve finds the addresses of a name; the system's way unless given
   */
  constructor(limits: SenderLimits, policy: AddressPolicy, extraCa?: string, resolve?: Resolve) {
    this.#limits = limits;
    const secureContext = trustedContext(extraCa);
    this.#agent = new Agent({
      // A connector for each origin, since it keeps TLS sessions by the host's name alone.
      factory: (origin) =>
        new Pool(origin, {
          connections: limits.connectionsPerOrigin,
          pipelining: 1,
          headersTimeout: limits.headersMs,
          bodyTimeout: limits.bodyMs,
          connect: checkedConnector({ policy, secureContext, timeout: limits.connectMs, resolve }),
        }),
    });
  }

  send({ url, headers, body }: WebhookRequest): Promise<AttemptOutcome> {
    const { origin, pathname, search } = new URL(url);
    return new Promise((resolve) => {
      const attempt = new Attempt(this.#limits.totalMs, resolve);
      try {
        this.#agent.dispatch({ origin, path: pathname + search, method: 'POST', headers, body }, attempt);
      } catch (error) {
        attempt.fail(error);
      }
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** One request and its answer, as undici reports it. Settles once. */
class Attempt implements Dispatcher.DispatchHandler {
  readonly #startedAt = performance.now();
  readonly #deadline: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #statusCode = 0;
  #retryAfterMs: number | undefined;
  #body: Buffer[] = [];
  #bodyLength = 0;
  #settled = false;

  constructor(
    totalMs: number,
    private readonly resolve: (outcome: AttemptOutcome) => void,
  ) {
    this.#deadline = setTimeout(() => {
      this.fail(
        Object.assign(new Error(`No complete answer within ${totalMs} ms.`), { code: 'UND_ERR_TOTAL_TIMEOUT' }),
      );
      this.#controller?.abort(new Error('time is up'));
    }, totalMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error('time is up'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#statusCode = statusCode;
    const retryAfter = headers['retry-after'];
    if (typeof retryAfter === 'string') this.#retryAfterMs = retryAfterMs(retryAfter, Date.now());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#bodyLength < KEPT_RESPONSE_BODY)
      this.#body.push(chunk.subarray(0, KEPT_RESPONSE_BODY - this.#bodyLength));
    this.#bodyLength += chunk.length;
    if (this.#bodyLength > MAX_RESPONSE_BODY) {
      this.answered();
      controller.abort(new Error('enough was read'));
    }
  }

  onResponseEnd(): void {
    this.answered();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  fail(error: unknown): void {
    const { error: kind, message } = transportErrorOf(error);
    this.settle({ kind: 'no-answer', error: kind, message, durationMs: this.elapsed() });
  }

  private answered(): void {
    const responseBody = Buffer.concat(this.#body).toString('utf8').toWellFormed();
    this.settle({
      kind: 'answer',
      statusCode: this.#statusCode,
      durationMs: this.elapsed(),
      ...(this.#retryAfterMs === undefined ? {} : { retryAfterMs: this.#retryAfterMs }),
      ...(responseBody === '' ? {} : { responseBody }),
    });
  }

  private elapsed(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  private settle(outcome: AttemptOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#deadline);
    this.resolve(outcome);
  }
}
