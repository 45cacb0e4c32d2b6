import type { Kysely } from 'kysely';
import type { Position } from '../application/ports/event-store.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { ReadTables } from './read-tables.js';

/** What a committed batch has done to one lane's projections. */
export interface Commit {
  /** The projections that are at this position now. */
  names: readonly string[];
  position: Position;
  /** Those of them that the batch meant something to. */
  changed: readonly string[];
}

interface Waiting {
  position: Position;
  projections: readonly string[] | undefined;
  resolve: () => void;
  reject: (error: Error) => void;
}

export type CommitListener = (changed: ReadonlySet<string>) => void | Promise<void>;

/** How far each projection is, whichever process keeps it, and who waits for that. */
export class ProjectionProgress implements ReadModels {
  readonly #positions = new Map<string, Position>();
  readonly #errors = new Map<string, string>();
  readonly #listeners: CommitListener[] = [];
  #waiting: Waiting[] = [];
  #closed = false;

  /** @param names every projection */
  constructor(names: readonly string[]) {
    for (const name of names) this.#positions.set(name, Number.NEGATIVE_INFINITY);
  }

  /** The position up to which every projection has taken in the events; -Infinity while that isn't known. */
  get position(): Position {
    return Math.min(...this.#positions.values());
  }

  /** Grows with each committed batch, and is the same in each process that knows of the same ones. */
  get mark(): number {
    let mark = 0;
    for (const position of this.#positions.values()) mark += Number.isFinite(position) ? position + 1 : 0;
    return mark;
  }

  /** What any of the projections is stuck at; null while none is. */
  get error(): string | null {
    const [first] = this.#errors.values();
    return first ?? null;
  }

  /** Called after each committed batch, before {@link caughtUpTo} lets anybody go on. */
  onCommit(listener: CommitListener): void {
    this.#listeners.push(listener);
  }

  caughtUpTo(position: Position, projections?: readonly string[]): Promise<void> {
    if (this.#closed) return Promise.reject(stopping());
    if (this.positionOf(projections) >= position) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ position, projections, resolve, reject }));
  }

  /** Takes in that a batch was committed. */
  async committed({ names, position, changed }: Commit): Promise<void> {
    const mine = changed.filter((name) => this.#positions.has(name));
    if (mine.length > 0) await this.tell(new Set(mine));
    for (const name of names) {
      if (this.#positions.has(name)) this.#positions.set(name, position);
      this.#errors.delete(name);
    }
    this.release();
  }

  /** A lane is stuck, or goes on (null). */
  stuck(names: readonly string[], error: string | null): void {
    for (const name of names) {
      if (error === null) this.#errors.delete(name);
      else this.#errors.set(name, error);
    }
  }

  /** Takes over what the checkpoints say; where they moved, listeners are told that everything may have changed. */
  async refresh(db: Kysely<ReadTables>): Promise<void> {
    const rows = await db.selectFrom('projection_checkpoints').selectAll().execute();
    const moved = new Set<string>();
    for (const { name, position, error } of rows) {
      this.stuck([name], error);
      if (!this.#positions.has(name) || this.#positions.get(name) === position) continue;
      moved.add(name);
    }
    if (moved.size > 0) await this.tell(moved);
    for (const { name, position } of rows) if (moved.has(name)) this.#positions.set(name, position);
    this.release();
  }

  /** Lets nobody wait for ever. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(stopping());
  }

  private async tell(changed: ReadonlySet<string>): Promise<void> {
    for (const listener of this.#listeners) await listener(changed);
  }

  private release(): void {
    const waiting: Waiting[] = [];
    for (const one of this.#waiting) {
      if (this.positionOf(one.projections) >= one.position) one.resolve();
      else waiting.push(one);
    }
    this.#waiting = waiting;
  }

  /** The position up to which all of these have taken in the events. */
  private positionOf(projections: readonly string[] | undefined): Position {
    if (projections === undefined) return this.position;
    return Math.min(
      ...projections.map((name) => {
        const position = this.#positions.get(name);
        if (position === undefined) throw new Error(`There is no projection '${name}'.`);
        return position;
      }),
    );
  }
}

const stopping = (): Error => new Error('The read models are not kept any more: the engine is stopping.');
