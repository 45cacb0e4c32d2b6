import type { DatabaseSync } from 'node:sqlite';
import { BEFORE_ALL, type Position } from '../../../application/ports/event-store.js';
import { chainHash, GENESIS, type HashedEvent } from './hash-chain.js';
import { openForReading } from './inspect-file.js';
import { checkSchema } from './schema.js';
import { isDamage, unusable } from './unusable.js';

/** Events read at once; each batch is a read of its own, so that a running server can go on with its checkpoints. */
const BATCH_SIZE = 1_000;

export interface ChainReport {
  /** Events that are as they were written: all, or those before the first that isn't. */
  events: number;
  /** The streams that these events belong to. */
  streams: number;
  /** The last position that is as it was written. */
  position: Position;
  /** The hash of the event there: keep it elsewhere, and it proves the whole history up to it. */
  hash: string;
  /** The first place where the log is not as it was written. */
  broken?: { position: Position; problem: string };
}

export interface VerifyOptions {
  /** A position and its hash as an earlier walk told them. */
  kept?: { position: Position; hash: string } | undefined;
  /** Called with the number of events checked so far, now and then. */
  onProgress?: (events: number) => void;
  /** Called with each event that is as it was written, in order. */
  onEvent?: (event: HashedEvent) => void;
}

type Row = Omit<HashedEvent, 'stream'> & {
  streamId: number;
  /** The name; none where nothing says which stream has this id. */
  stream: string | null;
  /** The name of the stream whose id says that it begins here. */
  begun: string | null;
  /** Of a stream's first event: the id that the index of names finds for it. */
  named: number | null;
  hash: string;
  /** Where the index finds this event. */
  indexed: number | null;
  /** Where the index finds the event before it in its stream. */
  previous: number | null;
};

/**
 * Walks the whole log in flat memory and checks that it is as it was written: each event's hash, positions and each
 * stream's revisions without a gap, that each stream's name stands where its first event does and nowhere else, and that the
 * indexes find the same events and streams. Works beside a running server,
 * writes nothing, and goes as far as the log reaches when it gets there.
 *
 * That the end of the log was cut off, or all of it written anew, can't be seen from the log alone; a hash kept elsewhere
 * shows it.
 *
 * @throws EventStoreUnusable where the file is none, is locked, or is no event store
 */
export function verifyChain(path: string, options: VerifyOptions = {}): ChainReport {
  const db = openForReading(path);
  try {
    checkSchema(db, path);
    const report = walk(db, options);
    const { kept } = options;
    const broken = report.broken ?? cutOff(report, kept) ?? strayStream(db, report);
    return broken === undefined ? report : { ...report, broken };
  } catch (error) {
    throw unusable(path, error);
  } finally {
    db.close();
  }
}

function cutOff({ position }: ChainReport, kept: VerifyOptions['kept']): ChainReport['broken'] {
  if (kept === undefined || kept.position <= position) return undefined;
  const problem = `it is missing: the log ends before position ${kept.position}, whose hash was kept`;
  return { position: position + 1, problem };
}

/** A stream that begins where there are no events; one that begins between them was found by the walk. */
function strayStream(db: DatabaseSync, { position }: ChainReport): ChainReport['broken'] {
  // A running server goes on meanwhile: what begins after the walk has an event there.
  const stray = db
    .prepare(`
      SELECT id, name FROM streams
      WHERE (id < 0 OR id > ?) AND NOT EXISTS (SELECT 1 FROM events WHERE position = streams.id) LIMIT 1`)
    .get(position) as { id: number; name: string } | undefined;
  if (stray === undefined) return undefined;
  const problem = `the stream '${stray.name}' begins at position ${stray.id}, and no event stands there`;
  return { position: Math.min(stray.id, position + 1), problem };
}

function walk(db: DatabaseSync, options: VerifyOptions): ChainReport {
  const { onProgress = () => {} } = options;
  const rowsAfter = db.prepare(`
    SELECT position, stream_id AS streamId, own.name AS stream, revision, e.id, type, data, metadata,
      lower(hex(hash)) AS hash, begun.name AS begun,
      CASE revision WHEN 0 THEN (SELECT n.id FROM streams n WHERE n.name = own.name) END AS named,
      (SELECT i.position FROM events i WHERE i.stream_id = e.stream_id AND i.revision = e.revision) AS indexed,
      (SELECT i.position FROM events i WHERE i.stream_id = e.stream_id AND i.revision = e.revision - 1) AS previous
    FROM events e LEFT JOIN streams own ON own.id = stream_id LEFT JOIN streams begun ON begun.id = position
    WHERE position > ? ORDER BY position LIMIT ?`);
  const report: ChainReport = { events: 0, streams: 0, position: BEFORE_ALL, hash: GENESIS };
  let batchSize = BATCH_SIZE;
  for (;;) {
    let rows: readonly Row[];
    try {
      // From below 0, so that a row which somebody put before the beginning is seen.
      const after = report.events === 0 ? Number.MIN_SAFE_INTEGER : report.position;
      rows = rowsAfter.all(after, batchSize) as unknown as readonly Row[];
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (batchSize === 1) {
        const problem = `it can't be read: ${(error as Error).message}`;
        return { ...report, broken: { position: report.position + 1, problem } };
      }
      // Row by row from here: the first that can't be read is the one to name.
      batchSize = 1;
      continue;
    }
    const broken = check(rows, report, options);
    if (broken !== undefined) return { ...report, broken };
    onProgress(report.events);
    if (rows.length < batchSize) return report;
  }
}

/** Checks the rows that follow, and moves the report on with each that is as it was written. */
function check(rows: readonly Row[], report: ChainReport, { kept, onEvent }: VerifyOptions): ChainReport['broken'] {
  for (const row of rows) {
    const problem = problemOf(row, report, kept);
    // Where a row is missing, that place is broken, not the one that is found instead.
    if (problem !== undefined) return { position: Math.min(row.position, report.position + 1), problem };
    report.events++;
    if (row.revision === 0) report.streams++;
    report.position = row.position;
    report.hash = row.hash;
    onEvent?.(eventOf(row));
  }
  return undefined;
}

const eventOf = ({ position, stream, revision, id, type, data, metadata }: Row): HashedEvent => ({
  position,
  // One without a name is broken.
  stream: stream ?? '',
  revision,
  id,
  type,
  data,
  metadata,
});

function problemOf(row: Row, { position, hash }: ChainReport, kept: VerifyOptions['kept']): string | undefined {
  if (row.position > position + 1) return `it is missing: the next event stands at position ${row.position}`;
  if (row.position < 0) return 'the log begins at position 0';
  const { stream, streamId, revision } = row;
  if (stream === null) return `its stream, ${streamId}, has no name`;
  if (chainHash(hash, { ...row, stream }) !== row.hash) return 'its hash does not fit what stands there and before it';
  if (row.position === kept?.position && row.hash !== kept.hash.toLowerCase())
    return `its hash is ${row.hash}, not the one that was kept: the log was written anew, up to here or before`;
  if (row.indexed !== row.position)
    return `the index does not find revision ${revision} of the stream '${stream}' here`;
  if (revision === 0) {
    if (streamId !== row.position) return `the stream '${stream}' begins at position ${streamId}, not here`;
    return row.named === streamId ? undefined : `the index does not find the stream '${stream}'`;
  }
  if (row.begun !== null) return `the stream '${row.begun}' begins here, and this event is of the stream '${stream}'`;
  if (row.previous === null) return `revision ${revision} of the stream '${stream}' comes without the one before it`;
  if (row.previous > row.position)
    return `revision ${revision} of the stream '${stream}' comes before revision ${revision - 1}`;
  return undefined;
}
