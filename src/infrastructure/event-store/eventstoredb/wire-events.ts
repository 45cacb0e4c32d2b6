import {
  type Actor,
  EventStoreUnusable,
  type NewEvent,
  type Position,
  type RecordedEvent,
} from '../../../application/ports/event-store.js';
import type { Upcasts } from '../../../application/ports/upcaster.js';
import { NewestVersion } from '../newest-version.js';
import { jsonText, NotStorable, plainText } from '../storable.js';
import type { ReadResponse } from './generated.js';
import type { LogPosition } from './reading.js';
import type { StreamNames } from './stream-names.js';

/** An event as it is sent. */
export interface SentEvent {
  id: string;
  type: string;
  data: Uint8Array;
  metadata: Uint8Array;
}

/** The metadata as it stands on the server: the two ids under the names that its own tools follow. */
interface SentMetadata {
  $correlationId: string;
  $causationId: string;
  actor: Actor;
  time: string;
  schemaVersion: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const utf8 = new TextEncoder();

/** @throws NotStorable */
export function sentEvent({ id, type, data, metadata }: NewEvent): SentEvent {
  // The server keeps the number, not the text.
  if (!UUID.test(id))
    throw new NotStorable(`${JSON.stringify(id)} can't be an event's id: that has to be a UUID in lowercase.`);
  const { correlationId, causationId, actor, time, schemaVersion } = metadata;
  const sent: SentMetadata = { $correlationId: correlationId, $causationId: causationId, actor, time, schemaVersion };
  return {
    id,
    type: plainText(type, "an event's type"),
    data: utf8.encode(jsonText(data, "An event's data")),
    metadata: utf8.encode(jsonText(sent, "An event's metadata")),
  };
}

/** Turns what the server tells of events into events of their newest versions. */
export class WireEvents {
  readonly #newest: NewestVersion;

  constructor(
    private readonly names: StreamNames,
    private readonly store: string,
    upcasts: Upcasts,
  ) {
    this.#newest = new NewestVersion(upcasts);
  }

  /** @throws EventStoreUnusable where it isn't an event of ours, or of a version that isn't known here */
  read(response: ReadResponse): RecordedEvent {
    const recorded = response.getEvent()?.getEvent();
    if (recorded === undefined)
      throw new EventStoreUnusable(`The event store ${this.store} sent an event without content.`);
    const onServer = text(recorded.getStreamIdentifier()?.getStreamName_asU8());
    const position = this.position(recorded.getCommitPosition());
    const stream = this.names.ours(onServer);
    try {
      if (stream === undefined) throw new TypeError('its stream is none of these');
      const { $correlationId, $causationId, actor, time, schemaVersion } = JSON.parse(
        text(recorded.getCustomMetadata_asU8()),
      ) as SentMetadata;
      const event: RecordedEvent = {
        id: recorded.getId()?.getString() ?? '',
        type: recorded.getMetadataMap().get('type') ?? '',
        data: JSON.parse(text(recorded.getData_asU8())) as object,
        metadata: { correlationId: $correlationId, causationId: $causationId, actor, time, schemaVersion },
        stream,
        revision: Number(recorded.getStreamRevision()),
        position,
      };
      this.#newest.bring(event);
      return event;
    } catch (error) {
      if (error instanceof EventStoreUnusable) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new EventStoreUnusable(
        `The event store ${this.store} holds an event at position ${position} (stream ${onServer}) that hookledger did not write (${why}); streams that begin with '${this.names.prefix}' are for hookledger alone.`,
        { cause: error },
      );
    }
  }

  /** Whether it only says that a stream was deleted for good: the server's own word, in the stream's name. */
  isTombstone(response: ReadResponse): boolean {
    return response.getEvent()?.getEvent()?.getMetadataMap().get('type') === '$streamDeleted';
  }

  logPositionOf(response: ReadResponse): LogPosition {
    const event = response.getEvent()?.getEvent();
    return { commit: event?.getCommitPosition() ?? '', prepare: event?.getPreparePosition() ?? '' };
  }

  /** @throws EventStoreUnusable */
  positionOf(response: ReadResponse): Position {
    return this.position(this.logPositionOf(response).commit);
  }

  /** @throws EventStoreUnusable */
  position(commit: string): Position {
    const position = knownPosition(commit);
    if (position !== undefined) return position;
    // Older servers say 2^64 - 1 for the position of an event that is read from its stream.
    const why =
      commit === UNKNOWN
        ? 'does not tell positions; it has to be EventStoreDB 22.6 or newer, or KurrentDB'
        : tooFar(commit);
    throw new EventStoreUnusable(`The event store ${this.store} ${why}.`);
  }
}

const UNKNOWN = String(2n ** 64n - 1n);
const tooFar = (commit: string): string =>
  `has an event at position ${commit}, which is more than a number can hold exactly (2^53); begin a new one`;

/** @returns undefined where it isn't told, or isn't exact as a number */
export function knownPosition(commit: string): Position | undefined {
  const position = Number(commit);
  return Number.isSafeInteger(position) ? position : undefined;
}

const text = (bytes: Uint8Array | undefined): string =>
  bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
