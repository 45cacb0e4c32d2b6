import { hash } from 'node:crypto';

/** The hash that stands before the first event's: 32 zero bytes. */
export const GENESIS = Buffer.alloc(32);

/** What an event's hash covers, as it stands in the file: its place, and the texts of its data and metadata. */
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
 * An event's link in the chain, which an auditor can recompute by hand:
 *
 *     SHA-256( UTF-8( lowercase hex of the hash before ‖ "\n" ‖ position ‖ "\n" ‖ revision ‖ "\n" ‖ length of stream ‖ "\n" ‖ stream
 *              ‖ length of id ‖ … ) )
 *
 * Numbers are decimal; each text has its length in UTF-16 units in front, so that no two events have the same bytes.
 */
export function chainHash(before: string, event: HashedEvent): string {
  const { position, stream, revision, id, type, data, metadata } = event;
  return hash(
    'sha256',
    `${before}\n${position}\n${revision}\n${stream.length}\n${stream}${id.length}\n${id}${type.length}\n${type}${data.length}\n${data}${metadata.length}\n${metadata}`,
    'hex',
  );
}
