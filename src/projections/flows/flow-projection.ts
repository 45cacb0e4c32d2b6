import type { Kysely, Transaction } from 'kysely';
import type { Vault } from '../../application/ports/vault.js';
import { showHeaders } from '../../application/sealing/header-values.js';
import { isOfFeed } from '../../domain/webhook-action/webhook-action.js';
import { evolveRows } from '../evolve-rows.js';
import { handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import type { FlowActionsTable, FlowsTable } from './flow-tables.js';

const FLOW = 'flow-';
const ACTION = 'webhook-action-';

/** Flows and their actions, as they are now. */
export const flowProjection: Projection = {
  name: 'flows',
  version: 3,
  tables: ['flows', 'flow_actions', 'flow_steps'],
  handles: handling(
    'FlowCreated',
    'FlowRenamed',
    'FlowStatusChanged',
    'FlowActionAdded',
    'FlowActionChanged',
    'FlowActionRemoved',
    'FlowDeleted',
    'WebhookActionConfigured',
    'WebhookActionEndpointVerified',
    'WebhookActionEndpointRejected',
    'WebhookActionWentLive',
    'WebhookActionPaused',
    'WebhookActionSuspended',
    'WebhookActionRemoved',
  ),
  opens: handling('WebhookActionConfigured'),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('flows')
      .addColumn('flow_id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('trigger_type', 'text', (column) => column.notNull())
      .addColumn('trigger_id', 'text', (column) => column.notNull())
      .addColumn('trigger', 'text', (column) => column.notNull())
      .addColumn('rules', 'text', (column) => column.notNull())
      .addColumn('entry_action_id', 'text')
      .addColumn('nodes', 'text', (column) => column.notNull())
      .addColumn('live_since', 'bigint')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('flows_in_order').on('flows').column('position').execute();
    await db.schema
      .createTable('flow_actions')
      .addColumn('action_id', 'text', (column) => column.primaryKey())
      .addColumn('flow_id', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('headers', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('endpoint_verified', 'integer')
      .addColumn('endpoint_detail', 'text')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('flow_actions_of_flow').on('flow_actions').column('flow_id').execute();
    await db.schema
      .createTable('flow_steps')
      .addColumn('action_id', 'text', (column) => column.primaryKey())
      .addColumn('flow_id', 'text', (column) => column.notNull())
      .execute();
  },
  async apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>, vault: Vault) {
    const isOfFlow = ({ stream }: ProjectedEvent): boolean => stream.startsWith(FLOW);
    await evolveRows(transaction, events.filter(isOfFlow), {
      table: 'flows',
      key: 'flow_id',
      keyOf: (event) => idOf(FLOW, event),
      evolve: evolveFlow,
    });
    await addSteps(events, transaction);
    await evolveRows(
      transaction,
      events.filter((event) => !isOfFlow(event)),
      {
        table: 'flow_actions',
        key: 'action_id',
        keyOf: (event) => idOf(ACTION, event),
        evolve: (row, event) => evolveAction(row, event, vault),
      },
    );
  },
};

/** They stay when they are taken out: their flow says that they are no more. */
async function addSteps(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>): Promise<void> {
  for (const event of events) {
    if (event.type !== 'FlowCreated') continue;
    const steps = event.data.actions.filter(({ type }) => type !== 'send-webhook');
    if (steps.length === 0) continue;
    await transaction
      .insertInto('flow_steps')
      .values(steps.map(({ id }) => ({ action_id: id, flow_id: idOf(FLOW, event) })))
      .execute();
  }
}

function evolveFlow(row: FlowsTable | undefined, event: ProjectedEvent): FlowsTable | undefined {
  const { time } = event.metadata;
  if (event.type === 'FlowCreated') {
    const { name, trigger, actions, entryActionId, ...rules } = event.data;
    const flowId = idOf(FLOW, event);
    return {
      flow_id: flowId,
      name,
      status: 'draft',
      trigger_type: trigger.type,
      trigger_id: 'id' in trigger ? trigger.id : flowId,
      trigger: JSON.stringify(trigger),
      rules: JSON.stringify(rules),
      entry_action_id: entryActionId,
      nodes: JSON.stringify(actions),
      live_since: null,
      created_at: time,
      updated_at: time,
      position: event.position,
    };
  }
  if (row === undefined) return undefined;
  switch (event.type) {
    case 'FlowStatusChanged':
      return {
        ...row,
        status: event.data.status,
        live_since: event.data.status === 'live' ? Date.parse(time) : row.live_since,
        updated_at: time,
      };
    case 'FlowRenamed':
      return { ...row, name: event.data.name, updated_at: time };
    case 'FlowActionChanged':
      return { ...row, nodes: JSON.stringify(event.data.actions), updated_at: time };
    case 'FlowActionAdded':
    case 'FlowActionRemoved': {
      const { actions, entryActionId } = event.data;
      return { ...row, nodes: JSON.stringify(actions), entry_action_id: entryActionId, updated_at: time };
    }
    case 'FlowDeleted':
      return undefined;
    default:
      return row;
  }
}

function evolveAction(
  row: FlowActionsTable | undefined,
  event: ProjectedEvent,
  vault: Vault,
): FlowActionsTable | undefined {
  const { time } = event.metadata;
  if (event.type === 'WebhookActionConfigured') {
    const { flowId, name, url, headers, body, revision } = event.data;
    const action_id = idOf(ACTION, event);
    // A subscription to the outbound feed is an action of no flow.
    if (isOfFeed(action_id, flowId)) return undefined;
    return {
      action_id,
      flow_id: flowId,
      name,
      url,
      headers: JSON.stringify(showHeaders(headers, vault)),
      body,
      revision,
      status: row?.status ?? 'draft',
      endpoint_verified: row?.url === url ? row.endpoint_verified : null,
      endpoint_detail: row?.url === url ? row.endpoint_detail : null,
      created_at: row?.created_at ?? time,
      updated_at: time,
    };
  }
  if (row === undefined) return undefined;
  switch (event.type) {
    case 'WebhookActionEndpointVerified':
      if (event.data.url !== row.url) return row;
      return { ...row, endpoint_verified: 1, endpoint_detail: event.data.detail };
    case 'WebhookActionEndpointRejected':
      if (event.data.url !== row.url) return row;
      return { ...row, endpoint_verified: 0, endpoint_detail: event.data.reason };
    case 'WebhookActionWentLive':
      return { ...row, status: 'live', updated_at: time };
    case 'WebhookActionPaused':
      return { ...row, status: event.data.status, updated_at: time };
    case 'WebhookActionSuspended':
      return { ...row, status: 'suspended', updated_at: time };
    case 'WebhookActionRemoved':
      return undefined;
    default:
      return row;
  }
}
