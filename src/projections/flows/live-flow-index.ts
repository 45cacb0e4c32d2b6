import type { Kysely } from 'kysely';
import type { LiveAction, LiveFlow, LiveFlows } from '../../application/ports/live-flows.js';
import type { FlowRules } from '../../domain/flow/flow.js';
import type { FlowTriggerType } from '../../domain/flow/flow-trigger.js';
import type { ReadTables } from '../read-tables.js';

/** The live flows by their trigger, in memory, since every event asks for them. Few, and seldom changed. */
export class LiveFlowIndex implements LiveFlows {
  #byTrigger = new Map<string, LiveFlow[]>();
  #byType = new Map<FlowTriggerType, LiveFlow[]>();

  constructor(private readonly db: Kysely<ReadTables>) {}

  startedBy(type: FlowTriggerType, sourceId: string): readonly LiveFlow[] {
    return this.#byTrigger.get(`${type}/${sourceId}`) ?? [];
  }

  ofType(type: FlowTriggerType): readonly LiveFlow[] {
    return this.#byType.get(type) ?? [];
  }

  /** Reads them anew; to be called whenever flows or actions changed. */
  async reload(): Promise<void> {
    const flows = await this.db
      .selectFrom('flows')
      .selectAll()
      .where('status', '=', 'live')
      .orderBy('position')
      .execute();
    const rows = await this.db
      .selectFrom('flow_actions')
      .innerJoin('flows', 'flows.flow_id', 'flow_actions.flow_id')
      .selectAll('flow_actions')
      .where('flows.status', '=', 'live')
      .where('flow_actions.status', '=', 'live')
      .execute();
    const actionsOf = Map.groupBy(rows, ({ flow_id }) => flow_id);
    const byTrigger = new Map<string, LiveFlow[]>();
    const byType = new Map<FlowTriggerType, LiveFlow[]>();
    for (const row of flows) {
      const { profileFilter, reentry } = JSON.parse(row.rules) as FlowRules;
      const actions = (actionsOf.get(row.flow_id) ?? []).map(
        ({ action_id, revision, url, body }): [string, LiveAction] => [
          action_id,
          { actionId: action_id, revision, url, body },
        ],
      );
      const flow: LiveFlow = {
        flowId: row.flow_id,
        trigger: JSON.parse(row.trigger),
        profileFilter,
        reentry,
        nodes: JSON.parse(row.nodes),
        entryActionId: row.entry_action_id,
        actions: new Map(actions),
        liveSince: Number(row.live_since),
      };
      add(byTrigger, `${row.trigger_type}/${row.trigger_id}`, flow);
      add(byType, row.trigger_type, flow);
    }
    this.#byTrigger = byTrigger;
    this.#byType = byType;
  }
}

function add<Key>(flows: Map<Key, LiveFlow[]>, key: Key, flow: LiveFlow): void {
  const known = flows.get(key);
  if (known === undefined) flows.set(key, [flow]);
  else known.push(flow);
}
