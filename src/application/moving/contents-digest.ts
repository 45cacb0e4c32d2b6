import { hash } from 'node:crypto';
import type { RecordedEvent } from '../ports/event-store.js';
import { canonicalJson } from './canonical-json.js';

/** Stands before the first event's hash, and is all that an empty store has. */
const GENESIS = '0'.repeat(64);

/** An event without its position, which is each store's own. */
export type Content = Omit<RecordedEvent, 'position' | 'data' | 'metadata'> & { data: unknown; metadata: unknown };

/**
 * What a store holds, as one hash that doesn't depend on the store: the same events in the same order have the same one,
 * wherever they stand. Each event's hash is the SHA-256, in lowercase hex, of these lines in UTF-8, with "\n" between them:
 *
 *     the hash before (64 zeros before the first)
 *     stream
 *     revision
 *     id
 *     type
 *     data, as canonical JSON
 *     metadata, as canonical JSON
 *
 * No line holds a line break, so no two events have the same lines.
 */
export class ContentsDigest {
  #hash = GENESIS;

  add({ stream, revision, id, type, data, metadata }: Content): void {
    const lines = [this.#hash, stream, revision, id, type, canonicalJson(data), canonicalJson(metadata)];
    this.#hash = hash('sha256', lines.join('\n'), 'hex');
  }

  /** `sha256:HEX`, of the events so far. */
  get text(): string {
    return `sha256:${this.#hash}`;
  }
}
