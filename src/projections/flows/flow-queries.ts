import type { Kysely, Selectable } from 'kysely';
import type { FlowStatus, FlowTrigger, FlowTriggerType } from '../../domain/flow/flow.js';
import type { FlowNode } from '../../domain/flow/flow-graph.js';
import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';
import { type Page, type PageRequest, pageOf, positionOf } from '../page.js';
import type { ReadTables } from '../read-tables.js';
import type { FlowActionsTable, FlowsTable } from './flow-tables.js';

/** A flow; times are ISO 8601, UTC. */
export interface FlowView {
  flowId: string;
  name: string;
  status: FlowStatus;
  trigger: FlowTrigger;
  entryActionId: string | null;
  createdAt: string;
  updatedAt: string;
}

/** A webhook action of a flow; its header values are partially hashed. */
export interface ActionView {
  actionId: string;
  flowId: string;
  type: FlowNode['type'];
  /** The action that comes after it; null where it is the last one. */
  next: string | null;
  name: string;
  url: string;
  headers: RequestHeaders;
  body: string;
  revision: number;
  status: FlowActionsTable['status'];
  /** What the last set-up check of its URL said; null before any. */
  setUpCheck: { verified: boolean; detail: string } | null;
  createdAt: string;
  updatedAt: string;
}

export interface FlowFilter {
  id?: string;
  name?: string;
  status?: string;
  triggerType?: FlowTriggerType;
  triggerId?: string;
}

export class FlowQueries {
  constructor(private readonly db: Kysely<ReadTables>) {}

  /** Undefined where it was deleted or never was. */
  async flow(flowId: string): Promise<FlowView | undefined> {
    const row = await this.db.selectFrom('flows').selectAll().where('flow_id', '=', flowId).executeTakeFirst();
    return row && flowView(row);
  }

  /** Newest first. @throws InvalidCursor */
  async flows({ size, cursor }: PageRequest, filter: FlowFilter = {}): Promise<Page<FlowView>> {
    let query = this.db
      .selectFrom('flows')
      .selectAll()
      .orderBy('position', 'desc')
      .limit(size + 1);
    if (cursor !== undefined) query = query.where('position', '<', positionOf(cursor));
    if (filter.id !== undefined) query = query.where('flow_id', '=', filter.id);
    if (filter.name !== undefined) query = query.where('name', '=', filter.name);
    if (filter.status !== undefined) query = query.where('status', '=', filter.status as FlowStatus);
    if (filter.triggerType !== undefined) query = query.where('trigger_type', '=', filter.triggerType);
    if (filter.triggerId !== undefined) query = query.where('trigger_id', '=', filter.triggerId);
    return pageOf(await query.execute(), size, flowView);
  }

  /** Undefined where it was removed, or its flow deleted. */
  async action(actionId: string): Promise<ActionView | undefined> {
    const row = await this.db
      .selectFrom('flow_actions')
      .selectAll()
      .where('action_id', '=', actionId)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const node = (await this.nodesOf(row.flow_id)).find(({ id }) => id === actionId);
    return node && actionView(row, node);
  }

  /** In the order of the chain, from the entry action on. */
  async actionsOf(flowId: string): Promise<readonly ActionView[]> {
    const nodes = await this.nodesOf(flowId);
    const rows = await this.db.selectFrom('flow_actions').selectAll().where('flow_id', '=', flowId).execute();
    const rowOf = new Map(rows.map((row) => [row.action_id, row]));
    return nodes.flatMap((node) => {
      const row = rowOf.get(node.id);
      return row === undefined ? [] : [actionView(row, node)];
    });
  }

  private async nodesOf(flowId: string): Promise<readonly FlowNode[]> {
    const row = await this.db
      .selectFrom('flows')
      .select(['nodes', 'entry_action_id'])
      .where('flow_id', '=', flowId)
      .executeTakeFirst();
    return row === undefined ? [] : inOrder(JSON.parse(row.nodes), row.entry_action_id);
  }
}

/** The chain from the entry action on. */
export function inOrder(nodes: readonly FlowNode[], entryActionId: string | null): FlowNode[] {
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  const chain: FlowNode[] = [];
  for (let id = entryActionId; id !== null; ) {
    const node = nodeOf.get(id);
    if (node === undefined) break;
    chain.push(node);
    id = node.next;
  }
  return chain;
}

const flowView = (row: Selectable<FlowsTable>): FlowView => ({
  flowId: row.flow_id,
  name: row.name,
  status: row.status,
  trigger: { type: row.trigger_type, id: row.trigger_id },
  entryActionId: row.entry_action_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const actionView = (row: Selectable<FlowActionsTable>, { type, next }: FlowNode): ActionView => ({
  actionId: row.action_id,
  flowId: row.flow_id,
  type,
  next,
  name: row.name,
  url: row.url,
  headers: JSON.parse(row.headers),
  body: row.body,
  revision: row.revision,
  status: row.status,
  setUpCheck:
    row.endpoint_verified === null
      ? null
      : { verified: row.endpoint_verified === 1, detail: row.endpoint_detail ?? '' },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
