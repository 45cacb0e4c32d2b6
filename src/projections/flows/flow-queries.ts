import { type Kysely, type Selectable, sql } from 'kysely';
import type { FlowOfAction } from '../../application/ports/flow-of-action.js';
import type { FlowRules, FlowStatus } from '../../domain/flow/flow.js';
import { type ConditionalSplitNode, type FlowNode, inOrder, type TimeDelayNode } from '../../domain/flow/flow-graph.js';
import type { FlowTrigger, FlowTriggerType } from '../../domain/flow/flow-trigger.js';
import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';
import { type Listing, type ListRequest, pageOfList } from '../listing.js';
import type { Page } from '../page.js';
import type { ReadTables } from '../read-tables.js';
import type { FlowActionsTable, FlowsTable } from './flow-tables.js';

/** A flow; times are ISO 8601, UTC. */
export interface FlowView {
  flowId: string;
  name: string;
  status: FlowStatus;
  trigger: FlowTrigger;
  rules: FlowRules;
  entryActionId: string | null;
  createdAt: string;
  updatedAt: string;
}

/** An action of a flow. */
export type ActionView = WebhookActionView | StepView;

/** A webhook action; its header values are partially hashed. */
export interface WebhookActionView {
  actionId: string;
  flowId: string;
  type: 'send-webhook';
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

/** A time delay or a conditional split. */
export type StepView = (Omit<TimeDelayNode, 'id'> | Omit<ConditionalSplitNode, 'id'>) & {
  actionId: string;
  flowId: string;
  /** Its flow's. */
  createdAt: string;
  updatedAt: string;
};

/** Which flows; all that is given has to match. */
export interface FlowFilter {
  id?: string;
  name?: string;
  status?: string;
  triggerType?: FlowTriggerType;
  triggerId?: string;
}

/** What Klaviyo calls a flow's trigger; flows that a segment triggers have no name of their own there. */
export const TRIGGER_TYPE_NAMES = {
  metric: 'Metric',
  list: 'Added to List',
  segment: 'Added to List',
  date: 'Date Based',
  'price-drop': 'Price Drop',
  'low-inventory': 'Low Inventory',
} as const satisfies Record<FlowTriggerType, string>;

const triggerTypeName = sql`case trigger_type ${sql.join(
  Object.entries(TRIGGER_TYPE_NAMES).map(([type, name]) => sql`when ${sql.lit(type)} then ${sql.lit(name)}`),
  sql` `,
)} end`;

const FLOW_LISTING = {
  fields: {
    id: 'flow_id',
    name: 'name',
    status: 'status',
    // Nothing is archived here.
    archived: sql`0`,
    created: 'created_at',
    updated: 'updated_at',
    trigger_type: triggerTypeName,
  },
  position: 'position',
  order: { by: 'created', descending: true },
} as const satisfies Listing<string>;

/** What flows can be filtered and sorted by. */
export type FlowField = keyof typeof FLOW_LISTING.fields;

export class FlowQueries implements FlowOfAction {
  constructor(private readonly db: Kysely<ReadTables>) {}

  /** Undefined where it was deleted or never was. */
  async flow(flowId: string): Promise<FlowView | undefined> {
    const row = await this.db.selectFrom('flows').selectAll().where('flow_id', '=', flowId).executeTakeFirst();
    return row && flowView(row);
  }

  /** Newest first unless asked otherwise. @throws InvalidCursor */
  async flows(request: ListRequest<FlowField>, filter: FlowFilter = {}): Promise<Page<FlowView>> {
    let query = this.db.selectFrom('flows').selectAll();
    if (filter.id !== undefined) query = query.where('flow_id', '=', filter.id);
    if (filter.name !== undefined) query = query.where('name', '=', filter.name);
    if (filter.status !== undefined) query = query.where('status', '=', filter.status as FlowStatus);
    if (filter.triggerType !== undefined) query = query.where('trigger_type', '=', filter.triggerType);
    if (filter.triggerId !== undefined) query = query.where('trigger_id', '=', filter.triggerId);
    return pageOfList(query, FLOW_LISTING, request, flowView);
  }

  /** Undefined where it was removed, or its flow deleted. */
  async action(actionId: string): Promise<ActionView | undefined> {
    const row = await this.db
      .selectFrom('flow_actions')
      .select('flow_id')
      .where('action_id', '=', actionId)
      .executeTakeFirst();
    const flowId = row?.flow_id ?? (await this.flowOf(actionId));
    if (flowId === undefined) return undefined;
    return (await this.actionsOf(flowId)).find((action) => action.actionId === actionId);
  }

  /** From the entry action on, in the order of the links. */
  async actionsOf(flowId: string): Promise<readonly ActionView[]> {
    const flow = await this.db
      .selectFrom('flows')
      .select(['nodes', 'entry_action_id', 'created_at', 'updated_at'])
      .where('flow_id', '=', flowId)
      .executeTakeFirst();
    if (flow === undefined) return [];
    const rows = await this.db.selectFrom('flow_actions').selectAll().where('flow_id', '=', flowId).execute();
    const rowOf = new Map(rows.map((row) => [row.action_id, row]));
    return inOrder(JSON.parse(flow.nodes), flow.entry_action_id).flatMap((node): ActionView[] => {
      if (node.type !== 'send-webhook') {
        const { id, ...step } = node;
        return [{ actionId: id, flowId, ...step, createdAt: flow.created_at, updatedAt: flow.updated_at }];
      }
      const row = rowOf.get(node.id);
      return row === undefined ? [] : [webhookActionView(row, node)];
    });
  }

  /** What webhook actions and their flows are called, and where they post; of those that are there. */
  async webhooksNamed(
    actionIds: readonly string[],
  ): Promise<readonly { actionId: string; name: string; url: string; flowName: string | null }[]> {
    if (actionIds.length === 0) return [];
    const rows = await this.db
      .selectFrom('flow_actions')
      .leftJoin('flows', 'flows.flow_id', 'flow_actions.flow_id')
      .select(['action_id', 'flow_actions.name', 'url', 'flows.name as flow_name'])
      .where('action_id', 'in', actionIds)
      .execute();
    return rows.map(({ action_id, name, url, flow_name }) => ({ actionId: action_id, name, url, flowName: flow_name }));
  }

  async flowOf(actionId: string): Promise<string | undefined> {
    const row = await this.db
      .selectFrom('flow_steps')
      .select('flow_id')
      .where('action_id', '=', actionId)
      .executeTakeFirst();
    return row?.flow_id;
  }
}

const flowView = (row: Selectable<FlowsTable>): FlowView => ({
  flowId: row.flow_id,
  name: row.name,
  status: row.status,
  trigger: JSON.parse(row.trigger),
  rules: JSON.parse(row.rules),
  entryActionId: row.entry_action_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const webhookActionView = (
  row: Selectable<FlowActionsTable>,
  { type, next }: Extract<FlowNode, { type: 'send-webhook' }>,
): WebhookActionView => ({
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
