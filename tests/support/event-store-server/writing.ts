import type {
  AppendReq,
  AppendResp as AppendResponse,
  BatchAppendReq,
  BatchAppendResp as BatchAppendResponse,
} from '@eventstore/db-client/generated/streams_pb.js';
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import type { Expected, Outcome, Proposed } from './event-log.js';
import { AppendResp, BatchAppendResp, Status, shared } from './generated.js';
import { nameOf } from './reading.js';

const { Any } = anyMessages;

type Message = AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage;

/** One write as the log takes it. */
export interface Write {
  stream: string;
  expected: Expected;
  events: Proposed[];
}

export function proposed(message: Message): Proposed {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function writeOf(options: AppendReq.Options | BatchAppendReq.Options): Write {
  return { stream: nameOf(options.getStreamIdentifier()), expected: expectedOf(options), events: [] };
}

function expectedOf(options: AppendReq.Options | BatchAppendReq.Options): Expected {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  if (options.hasAny()) return 'any';
  return Number('getRevision' in options ? options.getRevision() : options.getStreamPosition());
}

/** The answer to an append of its own. Deleted streams and failures are errors of the call. */
export function appendAnswer(expected: Expected, outcome: Exclude<Outcome, { kind: 'deleted' }>): AppendResponse {
  const answer = new AppendResp();
  if (outcome.kind === 'success') {
    const success = new AppendResp.Success().setCurrentRevision(String(outcome.revision));
    const { position } = outcome;
    if (position < 0) success.setNoPosition(new shared.Empty());
    else {
      const at = new AppendResp.Position().setCommitPosition(String(position)).setPreparePosition(String(position));
      success.setPosition(at);
    }
    return answer.setSuccess(success);
  }
  const wrong = new AppendResp.WrongExpectedVersion();
  if (outcome.actual < 0) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.actual));
  if (typeof expected === 'number') wrong.setExpectedRevision(String(expected));
  else if (expected === 'no-stream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else wrong.setExpectedStreamExists(new shared.Empty());
  return answer.setWrongExpectedVersion(wrong);
}

export function batchAnswer(
  request: BatchAppendReq,
  { stream, expected }: Write,
  outcome: Outcome,
): BatchAppendResponse {
  const answer = batchAnswerTo(request, stream);
  switch (outcome.kind) {
    case 'success': {
      const success = new BatchAppendResp.Success().setCurrentRevision(String(outcome.revision));
      const { position } = outcome;
      if (position < 0) success.setNoPosition(new shared.Empty());
      else {
        const at = new shared.AllStreamPosition()
          .setCommitPosition(String(position))
          .setPreparePosition(String(position));
        success.setPosition(at);
      }
      return answer.setSuccess(success);
    }
    case 'wrong-expected-version': {
      const wrong = new shared.WrongExpectedVersion();
      if (outcome.actual < 0) wrong.setCurrentNoStream(new shared.Empty());
      else wrong.setCurrentStreamRevision(String(outcome.actual));
      if (typeof expected === 'number') wrong.setExpectedStreamPosition(String(expected));
      else if (expected === 'no-stream') wrong.setExpectedNoStream(new shared.Empty());
      else if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
      else wrong.setExpectedStreamExists(new shared.Empty());
      return answer.setError(status('WrongExpectedVersion', wrong));
    }
    case 'deleted':
      return answer.setError(status('StreamDeleted', new shared.StreamDeleted()));
  }
}

export const batchTimeout = (request: BatchAppendReq, { stream }: Write): BatchAppendResponse =>
  batchAnswerTo(request, stream).setError(status('Timeout', new shared.Timeout()));

export const batchDenied = (request: BatchAppendReq, { stream }: Write): BatchAppendResponse =>
  batchAnswerTo(request, stream).setError(status('AccessDenied', new shared.AccessDenied()));

export const batchTooLarge = (request: BatchAppendReq, { stream }: Write, most: number): BatchAppendResponse =>
  batchAnswerTo(request, stream).setError(
    status('MaximumAppendSizeExceeded', new shared.MaximumAppendSizeExceeded().setMaxappendsize(most)),
  );

/** "Server Is Not Ready" comes without a kind of its own. */
export function batchUnavailable(request: BatchAppendReq, { stream }: Write): BatchAppendResponse {
  const details = new Any();
  details.pack(new Uint8Array(), 'google.protobuf.Empty');
  return batchAnswerTo(request, stream).setError(new Status().setDetails(details).setMessage('Server Is Not Ready'));
}

function batchAnswerTo(request: BatchAppendReq, stream: string): BatchAppendResponse {
  const name = Uint8Array.from(Buffer.from(stream));
  return new BatchAppendResp()
    .setCorrelationId(request.getCorrelationId())
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(name));
}

function status(kind: string, message: { serializeBinary(): Uint8Array }): InstanceType<typeof Status> {
  const details = new Any();
  details.pack(message.serializeBinary(), `event_store.client.${kind}`);
  return new Status().setDetails(details).setMessage(kind);
}
