import type {
  AppendReq,
  AppendResp as AppendResponse,
  BatchAppendReq,
  BatchAppendResp as BatchAppendResponse,
  DeleteReq,
  DeleteResp as DeleteResponse,
  TombstoneReq,
  TombstoneResp as TombstoneResponse,
} from '@eventstore/db-client/generated/streams_pb.js';
import type {
  handleUnaryCall,
  Metadata,
  ServerDuplexStream,
  ServerReadableStream,
  ServiceDefinition,
  ServiceError,
  sendUnaryData,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { EventLog, Outcome } from './event-log.js';
import {
  accessDenied,
  type CallKind,
  type Faults,
  notLeader,
  streamDeleted,
  timeout,
  unavailable,
  unimplemented,
} from './faults.js';
import { DeleteResp, StreamsService, TombstoneResp } from './generated.js';
import { nameOf, type ReadCall, read, type Sent, subscribe } from './reading.js';
import {
  appendAnswer,
  batchAnswer,
  batchDenied,
  batchTimeout,
  batchTooLarge,
  batchUnavailable,
  proposed,
  type Write,
  writeOf,
} from './writing.js';

/** What the calls need of the server that they come to. */
export interface Host {
  readonly log: EventLog;
  readonly faults: Faults;
  readonly maxAppendSize: number;
  readonly batchAppend: boolean;
  readonly leader: { address: string; port: number };
  readonly isLeader: boolean;
  /** Why the caller may not do anything. */
  refusal(metadata: Metadata): ServiceError | undefined;
  dropConnections(): Promise<void>;
  readonly subscribedAfter: number[];
  sent: number;
}

/** Events go out as the bytes that the log keeps; all else is serialised as ever. */
export const streamsDefinition: ServiceDefinition = {
  ...StreamsService,
  read: {
    ...StreamsService.read,
    responseSerialize: (sent: Sent) => (Buffer.isBuffer(sent) ? sent : Buffer.from(sent.serializeBinary())),
  },
};

/** The Streams service. */
export function streamsImplementation(host: Host): UntypedServiceImplementation {
  const { log, faults } = host;

  /** Why this call fails before anything is done. */
  const refused = (metadata: Metadata, kind: CallKind): ServiceError | 'wrong-expected-version' | undefined => {
    const denied = host.refusal(metadata);
    if (denied !== undefined) return denied;
    if (!host.isLeader && metadata.get('requires-leader')[0] === 'true') return notLeader(host.leader);
    switch (faults.take(kind)) {
      case 'wrong-expected-version':
        return 'wrong-expected-version';
      case 'not-leader':
        return notLeader(host.leader);
      case 'unavailable':
        return unavailable();
      case 'timeout':
        return timeout();
      case 'access-denied':
        return accessDenied();
      case undefined:
        return undefined;
    }
  };

  const wrong = ({ stream }: Write): Outcome => ({
    kind: 'wrong-expected-version',
    actual: (log.stream(stream)?.events.length ?? 0) - 1,
  });

  /** @returns undefined where the answer is lost */
  const perform = async ({ stream, expected, events }: Write): Promise<Outcome | undefined> => {
    const outcome = log.append(stream, expected, events);
    if (faults.takeLostAnswer()) {
      await host.dropConnections();
      return undefined;
    }
    await faults.held;
    return outcome;
  };

  const append = (
    call: ServerReadableStream<AppendReq, AppendResponse>,
    answer: sendUnaryData<AppendResponse>,
  ): void => {
    let write: Write | undefined;
    call.on('data', (request: AppendReq) => {
      const options = request.getOptions();
      const message = request.getProposedMessage();
      if (options !== undefined) write = writeOf(options);
      if (message !== undefined) write?.events.push(proposed(message));
    });
    call.on('end', async () => {
      if (write === undefined) return answer(unavailable());
      const refusal = refused(call.metadata, 'write');
      if (refusal instanceof Error) return answer(refusal);
      const outcome = refusal === undefined ? await perform(write) : wrong(write);
      if (outcome?.kind === 'deleted') answer(streamDeleted(write.stream));
      else if (outcome !== undefined) answer(null, appendAnswer(write.expected, outcome));
    });
  };

  const batchAppend = (call: ServerDuplexStream<BatchAppendReq, BatchAppendResponse>): void => {
    if (!host.batchAppend) {
      call.emit('error', unimplemented());
      return;
    }
    const denied = host.refusal(call.metadata);
    if (denied !== undefined) {
      call.emit('error', denied);
      return;
    }
    const begun = new Map<string, Write & { bytes: number }>();
    let pending = 0;
    let ended = false;
    const endIfDone = (): void => {
      if (ended && pending === 0) call.end();
    };
    const answerTo = async (request: BatchAppendReq, write: Write & { bytes: number }): Promise<void> => {
      if (write.bytes > host.maxAppendSize) {
        call.write(batchTooLarge(request, write, host.maxAppendSize));
        return;
      }
      const refusal = refused(call.metadata, 'write');
      if (refusal instanceof Error) {
        // The real one, too, answers these in the batch, and breaks it off for "not leader".
        if (refusal.details === unavailable().details) call.write(batchUnavailable(request, write));
        else if (refusal.details === timeout().details) call.write(batchTimeout(request, write));
        else if (refusal.details === accessDenied().details) call.write(batchDenied(request, write));
        else call.emit('error', refusal);
        return;
      }
      const outcome = refusal === undefined ? await perform(write) : wrong(write);
      if (outcome !== undefined) call.write(batchAnswer(request, write, outcome));
    };
    call.on('data', async (request: BatchAppendReq) => {
      const id = request.getCorrelationId()?.getString() ?? '';
      const options = request.getOptions();
      if (options !== undefined) begun.set(id, { ...writeOf(options), bytes: 0 });
      const write = begun.get(id);
      if (write === undefined) return;
      for (const message of request.getProposedMessagesList()) {
        const event = proposed(message);
        write.events.push(event);
        write.bytes += event.data.length + event.metadata.length + event.type.length;
      }
      if (!request.getIsFinal()) return;
      begun.delete(id);
      pending++;
      await answerTo(request, write);
      pending--;
      endIfDone();
    });
    call.on('end', () => {
      ended = true;
      endIfDone();
    });
    // The caller went away.
    call.on('error', () => {});
  };

  const readAny = async (call: ReadCall): Promise<void> => {
    const options = call.request.getOptions();
    const subscription = options?.hasSubscription() ?? false;
    const refusal = refused(call.metadata, subscription ? 'subscription' : 'read');
    if (refusal instanceof Error) {
      call.emit('error', refusal);
      return;
    }
    await faults.held;
    if (options === undefined || call.cancelled) call.end();
    else if (subscription) {
      host.subscribedAfter.push(Number(options.getAll()?.getPosition()?.getCommitPosition() ?? -1));
      subscribe(log, call, options, () => host.sent++);
    } else await read(log, call, options);
  };

  const deleteStream: handleUnaryCall<DeleteReq, DeleteResponse> = ({ request, metadata }, answer) => {
    const denied = host.refusal(metadata);
    if (denied !== undefined) return answer(denied);
    const position = String(log.delete(nameOf(request.getOptions()?.getStreamIdentifier())).position);
    const at = new DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
    answer(null, new DeleteResp().setPosition(at));
  };

  const tombstone: handleUnaryCall<TombstoneReq, TombstoneResponse> = ({ request, metadata }, answer) => {
    const denied = host.refusal(metadata);
    if (denied !== undefined) return answer(denied);
    const position = String(log.tombstone(nameOf(request.getOptions()?.getStreamIdentifier())).position);
    const at = new TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
    answer(null, new TombstoneResp().setPosition(at));
  };

  return { append, batchAppend, read: readAny, delete: deleteStream, tombstone };
}
