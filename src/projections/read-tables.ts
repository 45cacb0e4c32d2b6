import type { ApiKeysTable } from './access/access-tables.js';
import type { DeliveriesTable } from './activity/activity-tables.js';
import type { WebhookCountsTable, WebhookOriginsTable } from './analytics/analytics-tables.js';
import type { CatalogTable } from './catalog/catalog-tables.js';
import type { FeedSubscriptionsTable } from './feed/feed-tables.js';
import type { FlowActionsTable, FlowStepsTable, FlowsTable } from './flows/flow-tables.js';
import type { ActionHealthTable } from './health/health-tables.js';
import type { JourneysTable } from './journeys/journey-tables.js';
import type {
  CatalogItemsTable,
  CatalogVariantsTable,
  ProductInterestHorizonTable,
  ProductInterestTable,
} from './products/product-tables.js';
import type { MembershipsTable, ProfilesTable } from './profiles/profile-tables.js';
import type { ActionOriginsTable, DeliveryQueueTable } from './queue/queue-tables.js';
import type { TriggerSamplesTable } from './samples/sample-tables.js';

/** Every table of read.db. Times are ISO 8601 (UTC) in text, but for those of the queue and of journeys, which are epoch milliseconds. */
export interface ReadTables {
  flows: FlowsTable;
  flow_actions: FlowActionsTable;
  flow_steps: FlowStepsTable;
  journeys: JourneysTable;
  feed_subscriptions: FeedSubscriptionsTable;
  action_health: ActionHealthTable;
  catalog: CatalogTable;
  api_keys: ApiKeysTable;
  profiles: ProfilesTable;
  memberships: MembershipsTable;
  catalog_items: CatalogItemsTable;
  catalog_variants: CatalogVariantsTable;
  product_interest: ProductInterestTable;
  product_interest_horizon: ProductInterestHorizonTable;
  delivery_queue: DeliveryQueueTable;
  action_origins: ActionOriginsTable;
  deliveries: DeliveriesTable;
  webhook_counts: WebhookCountsTable;
  trigger_samples: TriggerSamplesTable;
  webhook_origins: WebhookOriginsTable;
  projection_checkpoints: ProjectionCheckpointsTable;
  process_checkpoints: ProcessCheckpointsTable;
}

/** How far each projection is, written in the same transaction as its rows. */
export interface ProjectionCheckpointsTable {
  name: string;
  /** The projection's version that the tables were built by. */
  version: number;
  position: number;
  /** The event at that position: another one there means another event store. Empty before the first. */
  event_id: string;
  /** Why it is stuck, for people; null while it is not. */
  error: string | null;
}

/** How far each process manager has read. */
export interface ProcessCheckpointsTable {
  name: string;
  position: number;
}
