import { EventStoreUnusable } from '../../../application/ports/event-store.js';

/** How long a lock that another connection holds is waited for. */
export const BUSY_TIMEOUT_MS = 5_000;

const [BUSY, LOCKED, READONLY, IO_ERROR, CORRUPT, FULL, CAN_NOT_OPEN, CONSTRAINT, NOT_A_DATABASE] = [
  5, 6, 8, 10, 11, 13, 14, 19, 26,
];

/** What SQLite or the file system says of the file, as one sentence that names it and says what to do. */
export function unusable(path: string, error: unknown): EventStoreUnusable {
  if (error instanceof EventStoreUnusable) return error;
  return new EventStoreUnusable(sentence(path, error), { cause: error });
}

function sentence(path: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  switch (sqliteCode(error)) {
    case BUSY:
    case LOCKED:
      return `The event store ${path} is locked by another process, for more than ${BUSY_TIMEOUT_MS / 1000} s now; end what holds it (often a database browser in a transaction) and try again.`;
    case READONLY:
      return `The event store ${path} can't be written (${said}); check the permissions of the file and of its folder.`;
    case IO_ERROR:
      return `The event store ${path} could not be read or written (${said}); nothing was half-written; check the disk.`;
    case CORRUPT:
    // The writer counts on from what it finds: that nothing collides was never wrong in a file as it was written.
    case CONSTRAINT:
      return `The event store ${path} is damaged (${said}); restore it from a back-up.`;
    case FULL:
      return `The disk that holds the event store ${path} is full; nothing was written; make room (no restart is needed).`;
    case CAN_NOT_OPEN:
      return `The event store ${path} can't be opened (${said}); check its path and the permissions of its folder.`;
    case NOT_A_DATABASE:
      return `The event store ${path} is damaged or something else: it doesn't begin as a SQLite file does; restore it from a back-up, or name another file.`;
    default:
      if (error instanceof Error && 'syscall' in error) {
        return `The event store ${path} can't be opened (${said}); check its path and the permissions of its folder.`;
      }
      return `The event store ${path} can't be used: ${said}.`;
  }
}

/** Whether another connection holds the lock. */
export const isLocked = (error: unknown): boolean => {
  const code = sqliteCode(error);
  return code === BUSY || code === LOCKED;
};

/** Whether SQLite says that the file's pages don't make sense. */
export const isDamage = (error: unknown): boolean => {
  const code = sqliteCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
};

/** SQLite's primary result code; the extended ones hold it in their lowest byte. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}
