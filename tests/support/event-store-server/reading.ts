import type { ReadReq as ReadRequest, ReadResp as ReadResponse } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { EventLog, Logged } from './event-log.js';
import { streamDeleted } from './faults.js';
import { ReadReq, ReadResp, shared } from './generated.js';

/** Events are sent as the bytes that the log keeps. */
export type Sent = ReadResponse | Buffer;
export type ReadCall = ServerWritableStream<ReadRequest, Sent>;

type Options = ReadRequest.Options;

/** Answers a read of a stream or of all, either way. */
export async function read(log: EventLog, call: ReadCall, options: Options): Promise<void> {
  const stream = options.getStream();
  const name = stream === undefined ? undefined : nameOf(stream.getStreamIdentifier());
  if (name !== undefined && log.isTombstoned(name)) {
    call.emit('error', streamDeleted(name));
    return;
  }
  if (name !== undefined && log.stream(name) === undefined) {
    const missing = new ReadResp.StreamNotFound().setStreamIdentifier(stream?.getStreamIdentifier());
    call.write(new ReadResp().setStreamNotFound(missing));
    call.end();
    return;
  }
  let count = Number(options.getCount());
  for (const { bytes } of name === undefined ? ofAll(log, options) : ofStream(log, name, options)) {
    if (count-- <= 0 || call.cancelled) break;
    if (!call.write(bytes)) await drained(call);
  }
  call.end();
}

function drained(call: ReadCall): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      for (const event of ['drain', 'cancelled', 'close']) call.removeListener(event, go);
      resolve();
    };
    for (const event of ['drain', 'cancelled', 'close']) call.on(event, go);
  });
}

/** Sends all events that come after a place, for as long as the caller listens. */
export function subscribe(log: EventLog, call: ReadCall, options: Options, onEvent: () => void): void {
  const matches = filterOf(options);
  const filter = options.getFilter();
  const window = (filter?.hasMax() ? filter.getMax() : 32) * (filter?.getCheckpointintervalmultiplier() || 1);
  let index = startOf(log, options);
  let [examined, full, live] = [0, false, false];
  const confirmation = new ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID());
  call.write(new ReadResp().setConfirmation(confirmation));
  const send = (sent: Sent): void => {
    full = !call.write(sent) || full;
  };
  const pump = (): void => {
    while (!full && index < log.events.length) {
      const event = log.events[index++] as Logged;
      if (matches(event)) {
        send(event.bytes);
        onEvent();
      }
      if (++examined >= window) {
        examined = 0;
        send(checkpoint(event.position));
      }
    }
    if (full || live) return;
    live = true;
    send(new ReadResp().setCaughtUp(new ReadResp.CaughtUp()));
  };
  call.on('drain', () => {
    full = false;
    pump();
  });
  const stopListening = log.listen(pump);
  call.on('cancelled', stopListening);
  call.on('close', stopListening);
  pump();
}

function* ofStream(log: EventLog, name: string, options: Options): Generator<Logged> {
  const { events, first } = log.stream(name) ?? { events: [], first: 0 };
  const asked = options.getStream();
  if (isForwards(options)) {
    const from = asked?.hasRevision() ? Number(asked.getRevision()) : asked?.hasEnd() ? events.length : 0;
    for (let index = Math.max(from, first); index < events.length; index++) yield events[index] as Logged;
  } else {
    const from = asked?.hasRevision() ? Number(asked.getRevision()) : asked?.hasStart() ? 0 : events.length - 1;
    for (let index = Math.min(from, events.length - 1); index >= first; index--) yield events[index] as Logged;
  }
}

function* ofAll(log: EventLog, options: Options): Generator<Logged> {
  const matches = filterOf(options);
  const asked = options.getAll();
  const position = asked?.getPosition();
  const end = log.events.length;
  // Forwards from a place the event there is the first; backwards it is the one before.
  const from = position !== undefined ? log.indexAt(Number(position.getCommitPosition())) : asked?.hasEnd() ? end : 0;
  if (isForwards(options)) {
    for (let index = from; index < end; index++) {
      const event = log.events[index] as Logged;
      if (matches(event)) yield event;
    }
  } else {
    for (let index = from - 1; index >= 0; index--) {
      const event = log.events[index] as Logged;
      if (matches(event)) yield event;
    }
  }
}

function startOf(log: EventLog, options: Options): number {
  const asked = options.getAll();
  const position = asked?.getPosition();
  if (position !== undefined) return log.indexAt(Number(position.getCommitPosition()) + 1);
  return asked?.hasEnd() ? log.events.length : 0;
}

function filterOf(options: Options): (event: Logged) => boolean {
  const filter = options.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (expression === undefined) return () => true;
  const value = filter?.hasStreamIdentifier() ? ({ stream }: Logged) => stream : ({ type }: Logged) => type;
  const prefixes = expression.getPrefixList();
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => value(event).startsWith(prefix));
  const regex = new RegExp(expression.getRegex());
  return (event) => regex.test(value(event));
}

const isForwards = (options: Options): boolean => options.getReadDirection() === ReadReq.Options.ReadDirection.FORWARDS;

function checkpoint(position: number): ReadResponse {
  const at = new ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position));
  return new ReadResp().setCheckpoint(at);
}

export function nameOf(identifier: InstanceType<typeof shared.StreamIdentifier> | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
}
