import type { DatabaseSync } from 'node:sqlite';

const BUSY = 5;
const PAUSE_MS = 10;

/**
 * Turns a SQLite file to its write-ahead log. Unlike all other statements this one doesn't wait for a lock by itself (SQLite's
 * "WAL mode", section 3), so processes that make a file together would get into each other's way.
 *
 * @returns the mode that the file is in then: `wal`, unless its file system can't do that
 * @throws the error of SQLite where the file is locked for longer than `waitMs`
 */
export function useWriteAheadLog(db: DatabaseSync, waitMs: number): unknown {
  for (const until = performance.now() + waitMs; ; ) {
    try {
      return db.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
    } catch (error) {
      const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
      if (code !== BUSY || performance.now() > until) throw error;
      // Files are opened before anything else goes on in the process.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
