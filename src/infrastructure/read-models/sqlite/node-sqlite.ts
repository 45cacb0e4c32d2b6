import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Statements kept prepared; an insert of another number of rows is another statement. */
const MAX_PREPARED = 256;

/** node:sqlite in the form that Kysely's dialect takes, with statements prepared once. */
export class NodeSqlite implements SqliteDatabase {
  readonly #prepared = new Map<string, SqliteStatement>();

  constructor(private readonly db: DatabaseSync) {}

  prepare(text: string): SqliteStatement {
    const known = this.#prepared.get(text);
    if (known !== undefined) {
      // Put back as the newest: the map's order is that of use.
      this.#prepared.delete(text);
      this.#prepared.set(text, known);
      return known;
    }
    const statement = asKyselyStatement(this.db.prepare(text));
    this.#prepared.set(text, statement);
    for (const oldest of this.#prepared.keys()) {
      if (this.#prepared.size <= MAX_PREPARED) break;
      this.#prepared.delete(oldest);
    }
    return statement;
  }

  get isOpen(): boolean {
    return this.db.isOpen;
  }

  close(): void {
    this.#prepared.clear();
    if (this.db.isOpen) this.db.close();
  }
}

function asKyselyStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)) as IterableIterator<unknown>,
  };
}
