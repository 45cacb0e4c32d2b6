import { DatabaseSync } from 'node:sqlite';

/** A connection that counts its commits, and lets one fail when told to. */
export class WatchedDatabase extends DatabaseSync {
  commits = 0;
  /** What the next commit fails with, before anything is written. */
  nextCommitFailsWith: Error | undefined;

  override exec(sql: string): void {
    if (sql === 'COMMIT') {
      this.commits++;
      const error = this.nextCommitFailsWith;
      this.nextCommitFailsWith = undefined;
      if (error !== undefined) throw error;
    }
    super.exec(sql);
  }
}
