import type { ClientReadableStream } from '@grpc/grpc-js';
import { BEFORE_ALL, type Position, type RecordedEvent } from '../../../application/ports/event-store.js';
import { waitMs } from './back-off.js';
import type { Calls } from './calls.js';
import type { Node } from './connection.js';
import { ServerFailure, serverFailure, unusable } from './failures.js';
import type { ReadResponse } from './generated.js';
import { type LogPosition, startRead, subscriptionRequest } from './reading.js';
import type { WireEvents } from './wire-events.js';

/** Events that are held at the least before the server is asked to pause; more where batches are larger. */
const LEAST_HELD = 512;

/** How often the server may stumble over one and the same subscription before that is told instead of tried again. */
const MOST_STUMBLES = 20;

/**
 * One subscriber's own subscription at the server. When it breaks, it is made anew from the last event or checkpoint that came,
 * as often as need be: what has come is kept, so nothing is missing and nothing comes twice.
 */
export class CatchUp {
  readonly #held: RecordedEvent[] = [];
  readonly #most: number;
  #call: ClientReadableStream<ReadResponse> | undefined;
  #last: Position;
  #resumeAt: LogPosition | undefined;
  /** What ends it for good, behind what is held. */
  #failure: Error | undefined;
  #ended = false;
  #broken = 0;
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  constructor(
    private readonly calls: Calls,
    private readonly events: WireEvents,
    private readonly prefix: string,
    after: Position,
    private readonly batchSize: number,
  ) {
    this.#most = Math.max(LEAST_HELD, Math.min(batchSize, Number.MAX_SAFE_INTEGER / 2) * 2);
    this.#last = after;
    // What is appended by this adapter has one and the same number for both.
    if (after > BEFORE_ALL) this.#resumeAt = { commit: String(after), prepare: String(after) };
    void this.#open();
  }

  /**
   * What has come, at least one event, up to the size of a batch; undefined once it has ended.
   * @throws EventStoreUnusable where a batch would hold what can't be read, or reach what ended the subscription
   */
  async take(): Promise<readonly RecordedEvent[] | undefined> {
    while (!this.#ended) {
      if (this.#failure !== undefined && this.#held.length < this.batchSize) throw this.#failure;
      if (this.#held.length > 0) {
        const batch = this.#held.splice(0, this.batchSize);
        if (this.#call?.isPaused() && this.#held.length <= this.#most / 2) this.#call.resume();
        return batch;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return undefined;
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#call?.cancel();
    this.#awake();
  }

  async #open(): Promise<void> {
    let node: Node | undefined;
    try {
      node = await this.calls.connection.node();
      if (this.#ended) return;
      this.#follow(node, startRead(this.calls.connection, node, subscriptionRequest(this.prefix, this.#resumeAt)));
    } catch (error) {
      await this.#breakOff(error, node);
    }
  }

  #follow(node: Node, call: ClientReadableStream<ReadResponse>): void {
    this.#call = call;
    const over = (error: unknown): void => {
      if (this.#call !== call) return;
      this.#call = undefined;
      clearTimeout(this.#timer);
      if (!this.#ended && this.#failure === undefined) void this.#breakOff(error, node);
    };
    // The server confirms at once, whatever there is to send.
    this.#timer = setTimeout(() => {
      over(new ServerFailure('timeout', 'no answer to a subscription'));
      call.cancel();
    }, this.calls.deadlineMs);
    call.on('data', (response: ReadResponse) => {
      if (this.#call === call) this.#receive(response, call);
    });
    call.on('error', over);
    call.on('end', () => over(new ServerFailure('unavailable', 'the server ended the subscription')));
  }

  #receive(response: ReadResponse, call: ClientReadableStream<ReadResponse>): void {
    const event = response.getEvent()?.getEvent();
    if (event !== undefined) {
      this.#broken = 0;
      this.#resumeAt = { commit: event.getCommitPosition(), prepare: event.getPreparePosition() };
      this.#hold(response, call);
    } else if (response.hasConfirmation()) {
      clearTimeout(this.#timer);
    } else {
      this.#broken = 0;
      const checkpoint = response.getCheckpoint();
      if (checkpoint !== undefined) {
        this.#resumeAt = { commit: checkpoint.getCommitPosition(), prepare: checkpoint.getPreparePosition() };
      }
    }
  }

  #hold(response: ReadResponse, call: ClientReadableStream<ReadResponse>): void {
    try {
      const position = this.events.positionOf(response);
      if (position <= this.#last) return;
      this.#last = position;
      if (this.events.isTombstone(response)) return;
      this.#held.push(this.events.read(response));
      if (this.#held.length >= this.#most) call.pause();
    } catch (error) {
      this.#failure = error as Error;
      call.cancel();
    }
    // What comes in the same piece from the network makes one batch.
    if (this.#wake !== undefined) setImmediate(() => this.#awake());
  }

  /** Makes it anew after a while; or ends it where that would help nothing. */
  async #breakOff(error: unknown, node: Node | undefined): Promise<void> {
    const failure = serverFailure(error) ?? new ServerFailure('other', String(error), undefined, { cause: error });
    if (node !== undefined) await this.calls.connection.leave(node, failure);
    if (this.#ended) return;
    if (!failure.passes || (failure.kind === 'broken' && this.#broken >= MOST_STUMBLES)) {
      this.#failure = unusable(this.calls.connection.shown, failure, 0);
      this.#awake();
      return;
    }
    this.#broken++;
    this.#timer = setTimeout(() => void this.#open(), waitMs(this.calls.backOff, this.#broken));
  }

  #awake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
