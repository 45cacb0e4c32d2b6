import { hash } from 'node:crypto';

/** The hash that stands before the first event's: 64 zeros. Hashes are lowercase hex here, and bytes in the file. */
export const GENESIS = '0'.repeat(64);

/** What an event's hash covers: its place, by its stream's name, and the texts of its data and metadata as they stand there. */
export interface HashedEvent {
  position: number;
  stream: string;
  revision: number;
  id: string;
  type: string;
  data: string;
  metadata: string;
}

/**
 * An event's link in the chain: the SHA-256, in lowercase hex, of these lines in UTF-8, with "\n" between them and none
 * after the last:
 *
 *     the hash before (lowercase hex; {@link GENESIS} before the first)
 *     position
 *     stream
 *     revision
 *     id
 *     type
 *     data
 *     metadata
 *
 * None of them holds a line break when it is written (JSON escapes it, names with one are refused), so no two events have
 * the same lines, whatever somebody moves from one column to the next. The stream is its name, not the id that `events`
 * holds, so a name that is changed in `streams` breaks the hashes of its events. An auditor can recompute it with `sqlite3`
 * and `sha256sum` alone, by a join:
 *
 *     SELECT position, name, revision, events.id, type, data, metadata, lower(hex(hash))
 *     FROM events JOIN streams ON streams.id = stream_id ORDER BY position
 */
export function chainHash(before: string, event: HashedEvent): string {
  const { position, stream, revision, id, type, data, metadata } = event;
  return hash('sha256', `${before}\n${position}\n${stream}\n${revision}\n${id}\n${type}\n${data}\n${metadata}`, 'hex');
}
