import { expect } from 'chai';
import { sql } from 'kysely';
import type { EventStore } from '../../../../src/application/ports/event-store.js';
import { rebuildSchema } from '../../../../src/infrastructure/read-models/postgres/rebuild-schema.js';
import { HistoryMaker } from '../../../projections/history-maker.js';
import { openDatabase, ReadSide, SILENT } from '../../../projections/read-side.js';
import { eventually } from '../../../support/eventually.js';

describe('A rebuild in PostgreSQL, as others see it', () => {
  let side: ReadSide;
  before(async () => {
    side = await ReadSide.make('PostgreSQL');
    const maker = new HistoryMaker(side.eventStore, side.liveFlows);
    await maker.begin();
    await side.projector.catchUp();
  });
  after(() => side.remove());

  /** The side's events one by one; after each, whoever reads them waits for the gate. */
  const slowly = (gate: Promise<void>): EventStore =>
    Object.assign(Object.create(side.sealed) as EventStore, {
      headPosition: () => side.sealed.headPosition(),
      readStream: side.sealed.readStream.bind(side.sealed),
      async *readAll(options: object) {
        for await (const events of side.sealed.readAll({ ...options, batchSize: 1 })) {
          yield events;
          await gate;
        }
      },
    });

  it('is told with how far it is, and no more once its tables are swapped in', async () => {
    expect(await side.database.rebuild()).to.equal(undefined);
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const began = Date.now();
    const rebuilding = rebuildSchema(slowly(gate), side.vault, side.location, 'here', SILENT);
    const running = await eventually('it stands after the first event', async () => {
      const rebuild = await side.database.rebuild();
      return rebuild?.state === 'running' && rebuild.position === 0 && rebuild;
    });
    // Another machine's clock, in principle; here the same one, and a connection that was made just now.
    expect(running.since).to.be.within(began - 2_000, Date.now() + 2_000);
    open();
    await rebuilding;
    expect(await side.database.rebuild()).to.equal(undefined);
  });

  it('is broken off by the stop of its process, which waits for that and leaves nothing behind', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const other = await openDatabase('PostgreSQL', side.location);
    await other.startRebuild?.(slowly(gate), side.vault);
    expect((await side.database.rebuild())?.state).to.equal('running');
    const closed = other.close();
    open();
    await closed;
    expect(await side.database.rebuild()).to.equal(undefined);
  });

  it('is told as broken off when its process is gone', async () => {
    const refuses = slowly(Promise.resolve());
    const left = rebuildSchema(refuses, side.vault, side.location, 'here', SILENT, () => {
      throw new Error('the machine is gone');
    });
    expect(await left.catch((error: Error) => error.message)).to.match(/the machine is gone/);
    expect(await side.database.rebuild(), 'one that fails cleans up').to.equal(undefined);
    // What a process that was killed leaves behind: the schema, and no lock.
    const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(side.database.writer);
    const beside = sql.id(`${rows[0]?.schema}_rebuild`);
    await sql`create schema ${beside}`.execute(side.database.writer);
    await sql`create table ${beside}.projection_checkpoints as select * from projection_checkpoints`.execute(
      side.database.writer,
    );
    const position = await side.sealed.headPosition();
    expect(await side.database.rebuild()).to.deep.equal({ state: 'broken off', position });
    await rebuildSchema(side.sealed, side.vault, side.location, 'here', SILENT);
    expect(await side.database.rebuild(), 'the next one clears it away').to.equal(undefined);
  });
});
