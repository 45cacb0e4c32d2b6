import type { Kysely } from 'kysely';
import type { LiveAction, LiveActions } from '../../application/ports/live-actions.js';
import type { FlowTriggerType } from '../../domain/flow/flow.js';
import type { ReadTables } from '../read-tables.js';
import { inOrder } from './flow-queries.js';

/** The live actions of live flows by their trigger, in memory, since every event asks for them. Few, and seldom changed. */
export class LiveActionIndex implements LiveActions {
  #byTrigger = new Map<string, LiveAction[]>();

  constructor(private readonly db: Kysely<ReadTables>) {}

  startedBy(type: FlowTriggerType, sourceId: string): readonly LiveAction[] {
    return this.#byTrigger.get(`${type}/${sourceId}`) ?? [];
  }

  /** Reads them anew; to be called whenever flows or actions changed. */
  async reload(): Promise<void> {
    const flows = await this.db
      .selectFrom('flows')
      .selectAll()
      .where('status', '=', 'live')
      .orderBy('position')
      .execute();
    const actions = await this.db
      .selectFrom('flow_actions')
      .innerJoin('flows', 'flows.flow_id', 'flow_actions.flow_id')
      .selectAll('flow_actions')
      .where('flows.status', '=', 'live')
      .where('flow_actions.status', '=', 'live')
      .execute();
    const actionOf = new Map(actions.map((row) => [row.action_id, row]));
    const byTrigger = new Map<string, LiveAction[]>();
    for (const flow of flows) {
      const trigger = `${flow.trigger_type}/${flow.trigger_id}`;
      const live = byTrigger.get(trigger) ?? [];
      for (const { id } of inOrder(JSON.parse(flow.nodes), flow.entry_action_id)) {
        const action = actionOf.get(id);
        if (action === undefined) continue;
        const { revision, url, body } = action;
        live.push({ actionId: id, flowId: flow.flow_id, revision, url, body });
      }
      byTrigger.set(trigger, live);
    }
    this.#byTrigger = byTrigger;
  }
}
