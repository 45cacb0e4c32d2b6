import { randomUUID } from 'node:crypto';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { ExpectedRevision, Position } from '../../../application/ports/event-store.js';
import type { Connection, Node } from './connection.js';
import { ServerFailure, serverFailure } from './failures.js';
import {
  AppendReq,
  BatchAppendReq,
  type BatchAppendRequest,
  type BatchAppendResponse,
  Empty,
  MaximumAppendSizeExceeded,
  UUID,
  type UuidMessage,
  WrongExpectedVersion,
} from './generated.js';
import { streamIdentifier } from './reading.js';
import { knownPosition, type SentEvent } from './wire-events.js';

/** One write to one stream, by its name on the server. */
export interface Write {
  onServer: string;
  expected: ExpectedRevision;
  events: readonly SentEvent[];
}

/** What the server says to a write: where its last event stands, or that the stream stands elsewhere than expected. */
export type Written = { revision: number; position: Position | undefined } | { conflict: number };

/** The server takes messages of up to 4 MiB; a larger write goes in several. */
const MOST_IN_MESSAGE = 3 * 1024 * 1024;

interface Waiting {
  resolve(written: Written): void;
  reject(error: unknown): void;
  timer: NodeJS.Timeout;
}

/**
 * Writes by the server's batch append: one call that stays open, on which writes and answers go without waiting for each
 * other. Where the server has none (before 21.10), each write is a call of its own.
 */
export class Appending {
  readonly #batches = new WeakMap<Node, Batch>();
  readonly #open = new Set<Batch>();
  readonly #withoutBatch = new WeakSet<Node>();

  constructor(private readonly connection: Connection) {}

  /** @throws what the connection or the server says */
  async write(node: Node, write: Write, deadline: number): Promise<Written> {
    if (!this.#withoutBatch.has(node)) {
      try {
        return await this.#batch(node).write(write, deadline);
      } catch (error) {
        if (serverFailure(error)?.kind !== 'unimplemented') throw error;
        this.#withoutBatch.add(node);
      }
    }
    return appendOnce(this.connection, node, write, deadline);
  }

  #batch(node: Node): Batch {
    let batch = this.#batches.get(node);
    if (batch === undefined || batch.ended) {
      // Those on nodes that were left; what they still wait for is answered before they end.
      this.close();
      const call = node.streams.batchAppend(this.connection.metadata(true), this.connection.callOptions());
      const begun = new Batch(call, () => this.#open.delete(begun));
      this.#batches.set(node, begun);
      this.#open.add(begun);
      batch = begun;
    }
    return batch;
  }

  /** Takes no more writes; those under way are answered. */
  close(): void {
    for (const batch of this.#open) batch.end();
  }
}

class Batch {
  readonly #waiting = new Map<string, Waiting>();
  ended = false;

  constructor(
    private readonly call: ClientDuplexStream<BatchAppendRequest, BatchAppendResponse>,
    private readonly onEnd: () => void,
  ) {
    call.on('data', (response: BatchAppendResponse) => this.#answer(response));
    call.on('error', (error) => this.#fail(error));
    call.on('end', () => this.#fail(new ServerFailure('unavailable', 'the server ended the call')));
  }

  write(write: Write, deadline: number): Promise<Written> {
    return new Promise((resolve, reject) => {
      const id = randomUUID();
      const timer = setTimeout(
        () => {
          this.#waiting.delete(id);
          reject(new ServerFailure('timeout', 'no answer to an append'));
        },
        Math.max(deadline - Date.now(), 0),
      );
      this.#waiting.set(id, { resolve, reject, timer });
      for (const message of batchMessages(id, write)) this.call.write(message);
    });
  }

  end(): void {
    this.ended = true;
    this.call.end();
  }

  #answer(response: BatchAppendResponse): void {
    const id = uuidText(response.getCorrelationId());
    const waiting = this.#waiting.get(id);
    // Answered too late; whoever waited was told so.
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    const success = response.getSuccess();
    if (success !== undefined) {
      const commit = success.getPosition()?.getCommitPosition();
      waiting.resolve(written(success.getCurrentRevision(), commit));
      return;
    }
    const details = response.getError()?.getDetails();
    const type = details?.getTypeName() ?? '';
    const message = response.getError()?.getMessage() ?? '';
    switch (type) {
      case 'event_store.client.WrongExpectedVersion': {
        const wrong = details?.unpack(WrongExpectedVersion.deserializeBinary, type);
        waiting.resolve({
          conflict: wrong?.hasCurrentStreamRevision() ? Number(wrong.getCurrentStreamRevision()) : -1,
        });
        return;
      }
      case 'event_store.client.MaximumAppendSizeExceeded': {
        const most = details?.unpack(MaximumAppendSizeExceeded.deserializeBinary, type)?.getMaxappendsize();
        waiting.reject(new ServerFailure('too-large', `more than ${most} bytes`));
        return;
      }
      case 'event_store.client.StreamDeleted':
        waiting.reject(new ServerFailure('deleted', message || 'stream deleted'));
        return;
      case 'event_store.client.AccessDenied':
        waiting.reject(new ServerFailure('denied', message || 'access denied'));
        return;
      case 'event_store.client.Timeout':
        waiting.reject(new ServerFailure('timeout', message || 'the write took too long'));
        return;
      // "Server Is Not Ready", "Server Is Busy", "No leader info available".
      case 'google.protobuf.Empty':
        waiting.reject(new ServerFailure('unavailable', message));
        return;
      default:
        waiting.reject(new ServerFailure('other', message || type));
    }
  }

  #fail(error: Error): void {
    this.ended = true;
    this.onEnd();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }
}

function* batchMessages(id: string, { onServer, expected, events }: Write): Generator<BatchAppendRequest> {
  const options = new BatchAppendReq.Options().setStreamIdentifier(streamIdentifier(onServer));
  if (typeof expected === 'number') options.setStreamPosition(String(expected));
  else if (expected === 'any') options.setAny(new Empty());
  else options.setNoStream(new Empty());
  const correlationId = new UUID().setString(id);
  let message = new BatchAppendReq().setCorrelationId(correlationId).setOptions(options);
  let bytes = 0;
  for (const event of events) {
    const size = event.data.length + event.metadata.length + event.type.length;
    if (bytes > 0 && bytes + size > MOST_IN_MESSAGE) {
      yield message;
      message = new BatchAppendReq().setCorrelationId(correlationId);
      bytes = 0;
    }
    bytes += size;
    message.addProposedMessages(fill(new BatchAppendReq.ProposedMessage(), event));
  }
  yield message.setIsFinal(true);
}

function appendOnce(
  connection: Connection,
  node: Node,
  { onServer, expected, events }: Write,
  deadline: number,
): Promise<Written> {
  const options = new AppendReq.Options().setStreamIdentifier(streamIdentifier(onServer));
  if (typeof expected === 'number') options.setRevision(String(expected));
  else if (expected === 'any') options.setAny(new Empty());
  else options.setNoStream(new Empty());
  return new Promise((resolve, reject) => {
    const call = node.streams.append(connection.metadata(true), connection.callOptions(deadline), (error, response) => {
      if (error !== null) return reject(error);
      const wrong = response.getWrongExpectedVersion();
      if (wrong !== undefined) {
        return resolve({ conflict: wrong.hasCurrentRevision() ? Number(wrong.getCurrentRevision()) : -1 });
      }
      const success = response.getSuccess();
      resolve(written(success?.getCurrentRevision() ?? '', success?.getPosition()?.getCommitPosition()));
    });
    // The callback gets it, too.
    call.on('error', () => {});
    call.write(new AppendReq().setOptions(options));
    for (const event of events) {
      call.write(new AppendReq().setProposedMessage(fill(new AppendReq.ProposedMessage(), event)));
    }
    call.end();
  });
}

type Message = InstanceType<typeof BatchAppendReq.ProposedMessage> | InstanceType<typeof AppendReq.ProposedMessage>;

function fill<M extends Message>(message: M, { id, type, data, metadata }: SentEvent): M {
  message.setId(new UUID().setString(id));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  message.setData(data);
  message.setCustomMetadata(metadata);
  return message;
}

function written(revision: string, commit: string | undefined): Written {
  const position = commit === undefined ? undefined : knownPosition(commit);
  // To a repeated write, servers have also answered 0 or -1 for "unknown".
  return { revision: Number(revision), position: position !== undefined && position > 0 ? position : undefined };
}

/** Either as text or as two signed halves, as the server likes. */
function uuidText(uuid: UuidMessage | undefined): string {
  const halves = uuid?.getStructured();
  if (halves === undefined) return uuid?.getString() ?? '';
  const hex = [halves.getMostSignificantBits(), halves.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
