import type { Checkpoints } from '../../src/application/ports/checkpoints.js';
import { BEFORE_ALL, type RecordedEvent } from '../../src/application/ports/event-store.js';
import { ALONE } from '../../src/application/ports/leadership.js';
import type { ProcessManager } from '../../src/application/process-managers/process-manager.js';
import { ProcessRunner } from '../../src/application/process-managers/process-runner.js';
import type { HookledgerEvent } from '../../src/domain/events.js';
import { HistoryMaker } from '../projections/history-maker.js';
import { ReadSide, SILENT } from '../projections/read-side.js';

type Stored = RecordedEvent & HookledgerEvent;

/** A flow that is live, and process managers on what happens to its one action. */
export class ActionWatch {
  private constructor(
    readonly side: ReadSide,
    readonly maker: HistoryMaker,
    readonly actionId: string,
  ) {}

  static async make(): Promise<ActionWatch> {
    const side = await ReadSide.make();
    const maker = new HistoryMaker(side.eventStore, side.liveFlows);
    await maker.begin();
    await maker.setFlow(await maker.createFlow(1), 'live');
    await side.projector.catchUp();
    return new ActionWatch(side, maker, maker.actionIds[0] as string);
  }

  /** Lets process managers take in everything there is from the start on, as after a lost checkpoint, and what follows from it. */
  async settle(...managers: ProcessManager[]): Promise<void> {
    for (let head = BEFORE_ALL; head !== (await this.side.eventStore.headPosition()); ) {
      head = await this.side.eventStore.headPosition();
      await this.side.projector.catchUp();
      const reached = Promise.withResolvers<void>();
      const checkpoints: Checkpoints = { load: async () => BEFORE_ALL, save: async () => {} };
      const end: ProcessManager = {
        react: async (events) => {
          if ((events.at(-1)?.position ?? BEFORE_ALL) >= head) reached.resolve();
          return false;
        },
      };
      const runner = new ProcessRunner(
        this.side.sealed,
        [...managers, end],
        checkpoints,
        ALONE,
        this.maker.clock,
        SILENT,
      );
      runner.start();
      await reached.promise;
      await runner.stop();
    }
    await this.side.projector.catchUp();
  }

  /** All events of a type. */
  async recorded<Type extends HookledgerEvent['type']>(type: Type): Promise<Extract<Stored, { type: Type }>[]> {
    const all = (await Array.fromAsync(this.side.eventStore.readAll())).flat() as Stored[];
    return all.filter((event) => event.type === type) as Extract<Stored, { type: Type }>[];
  }

  remove(): Promise<void> {
    return this.side.remove();
  }
}
