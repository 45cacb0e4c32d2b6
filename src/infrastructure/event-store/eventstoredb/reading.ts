import type { ClientReadableStream } from '@grpc/grpc-js';
import type { Connection, Node } from './connection.js';
import { ServerFailure } from './failures.js';
import { Empty, ReadReq, type ReadRequest, type ReadResponse, StreamIdentifier } from './generated.js';

type Direction = 'forwards' | 'backwards';

/** How many events the server looks at, at the most, before it answers or sends a checkpoint. */
const SEARCH_WINDOW = 1_000;

/** A place in the order of all events, as the server tells it: two numbers of 64 bits. */
export interface LogPosition {
  commit: string;
  prepare: string;
}

const utf8 = new TextEncoder();

export function streamIdentifier(onServer: string): InstanceType<typeof StreamIdentifier> {
  return new StreamIdentifier().setStreamName(utf8.encode(onServer));
}

/** Reads of one stream. */
export function streamRequest(
  onServer: string,
  direction: Direction,
  from: number | undefined,
  count: number,
): ReadRequest {
  const stream = new ReadReq.Options.StreamOptions().setStreamIdentifier(streamIdentifier(onServer));
  if (from !== undefined) stream.setRevision(String(from));
  else if (direction === 'forwards') stream.setStart(new Empty());
  else stream.setEnd(new Empty());
  const options = baseOptions(direction).setStream(stream).setCount(String(count)).setNoFilter(new Empty());
  return new ReadReq().setOptions(options);
}

/** Reads of all streams whose names begin with the prefix; `from` is the first place that may be read. */
export function allRequest(
  prefix: string,
  direction: Direction,
  from: LogPosition | undefined,
  count: number,
): ReadRequest {
  const options = baseOptions(direction).setAll(allOptions(from, direction)).setCount(String(count));
  return new ReadReq().setOptions(options.setFilter(prefixFilter(prefix)));
}

/** A subscription to all streams whose names begin with the prefix, to what comes after a place. */
export function subscriptionRequest(prefix: string, after: LogPosition | undefined): ReadRequest {
  const options = baseOptions('forwards')
    .setAll(allOptions(after, 'forwards'))
    .setSubscription(new ReadReq.Options.SubscriptionOptions());
  return new ReadReq().setOptions(options.setFilter(prefixFilter(prefix)));
}

/** Begins a read: by the leader, unless it goes on for ever anyway. */
export function startRead(
  connection: Connection,
  node: Node,
  request: ReadRequest,
  deadline?: number,
): ClientReadableStream<ReadResponse> {
  return node.streams.read(request, connection.metadata(deadline !== undefined), connection.callOptions(deadline));
}

/**
 * All events that the read gives; none where the stream doesn't exist.
 * @throws what the connection or the server says; ServerFailure where the signal aborts
 */
export function readToEnd(
  connection: Connection,
  node: Node,
  request: ReadRequest,
  deadline: number,
  signal: AbortSignal,
): Promise<ReadResponse[]> {
  return new Promise((resolve, reject) => {
    const call = startRead(connection, node, request, deadline);
    const cancel = (): void => call.cancel();
    const responses: ReadResponse[] = [];
    signal.addEventListener('abort', cancel);
    call.on('data', (response: ReadResponse) => {
      if (response.hasEvent()) responses.push(response);
    });
    call.on('end', () => {
      signal.removeEventListener('abort', cancel);
      resolve(responses);
    });
    call.on('error', (error) => {
      signal.removeEventListener('abort', cancel);
      reject(signal.aborted ? new ServerFailure('other', 'it was closed meanwhile') : error);
    });
    if (signal.aborted) cancel();
  });
}

function baseOptions(direction: Direction): InstanceType<typeof ReadReq.Options> {
  const { FORWARDS, BACKWARDS } = ReadReq.Options.ReadDirection;
  return new ReadReq.Options()
    .setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS)
    .setResolveLinks(false)
    .setUuidOption(new ReadReq.Options.UUIDOption().setString(new Empty()));
}

function allOptions(
  from: LogPosition | undefined,
  direction: Direction,
): InstanceType<typeof ReadReq.Options.AllOptions> {
  const all = new ReadReq.Options.AllOptions();
  if (from !== undefined) {
    const { commit, prepare } = from;
    return all.setPosition(new ReadReq.Options.Position().setCommitPosition(commit).setPreparePosition(prepare));
  }
  return direction === 'forwards' ? all.setStart(new Empty()) : all.setEnd(new Empty());
}

function prefixFilter(prefix: string): InstanceType<typeof ReadReq.Options.FilterOptions> {
  const names = new ReadReq.Options.FilterOptions.Expression().setPrefixList([prefix]);
  return new ReadReq.Options.FilterOptions()
    .setStreamIdentifier(names)
    .setMax(SEARCH_WINDOW)
    .setCheckpointintervalmultiplier(1);
}
