import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import type { AggregateStore } from '../../application/aggregate-store.js';
import type { BackPressure } from '../../application/back-pressure.js';
import type { ApiKeyCommands } from '../../application/commands/api-keys.js';
import type { AudienceCommands } from '../../application/commands/audiences.js';
import type { DeliveryCommands } from '../../application/commands/deliveries.js';
import type { EventCommands } from '../../application/commands/events.js';
import type { FeedCommands } from '../../application/commands/feeds.js';
import type { FlowCommands } from '../../application/commands/flows.js';
import type { LogIn } from '../../application/commands/log-in.js';
import type { MemberCommands } from '../../application/commands/members.js';
import type { ProductCommands } from '../../application/commands/products.js';
import type { ProfileCommands } from '../../application/commands/profiles.js';
import type { TwoStepCommands } from '../../application/commands/two-step.js';
import type { Clock } from '../../application/ports/clock.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { Ids } from '../../application/ports/ids.js';
import type { ReadModels } from '../../application/ports/read-models.js';
import type { TemplateEngine } from '../../application/ports/template-engine.js';
import type { Vault } from '../../application/ports/vault.js';
import type { AccessQueries } from '../../projections/access/access-queries.js';
import type { ActivityQueries } from '../../projections/activity/activity-queries.js';
import type { AnalyticsQueries } from '../../projections/analytics/analytics-queries.js';
import type { CatalogQueries } from '../../projections/catalog/catalog-queries.js';
import type { FeedQueries } from '../../projections/feed/feed-queries.js';
import type { FlowQueries } from '../../projections/flows/flow-queries.js';
import type { HealthQueries } from '../../projections/health/health-queries.js';
import type { ProductQueries } from '../../projections/products/product-queries.js';
import type { ProfileQueries } from '../../projections/profiles/profile-queries.js';
import type { ProjectionProgress } from '../../projections/projection-progress.js';
import type { SampleQueries } from '../../projections/samples/sample-queries.js';
import type { SystemStatus } from '../../system-status.js';
import type { HttpLimits } from './safety/limits.js';

/** What the HTTP API is made of. */
export interface HttpDependencies {
  apiKeys: ApiKeyCommands;
  audiences: AudienceCommands;
  deliveries: DeliveryCommands;
  events: EventCommands;
  feeds: FeedCommands;
  flows: FlowCommands;
  logIn: LogIn;
  members: MemberCommands;
  products: ProductCommands;
  profiles: ProfileCommands;
  twoStep: TwoStepCommands;
  /** For the listing of members, which is the account's own state. */
  aggregates: AggregateStore;
  /** For histories: what may be read of events is opened. */
  eventStore: EventStore;
  vault: Vault;
  readModels: ReadModels;
  /** What pages are kept up to date by. */
  commits: Pick<ProjectionProgress, 'onCommit' | 'mark'>;
  queries: {
    access: AccessQueries;
    feed: FeedQueries;
    flows: FlowQueries;
    health: HealthQueries;
    catalog: CatalogQueries;
    products: ProductQueries;
    profiles: ProfileQueries;
    samples: SampleQueries;
    activity: ActivityQueries;
    analytics: AnalyticsQueries;
  };
  /** For previews. */
  templates: TemplateEngine;
  /** What `organization.name` says in bodies. */
  organization: string;
  clock: Clock;
  ids: Ids;
  logger: FastifyBaseLogger;
  /** Whether requests can be served, and the state of each part, for /readyz. */
  status(): Promise<{ ready: boolean; parts: Readonly<Record<string, string>> }>;
  /** The parts of the installation as people look at them. */
  system: SystemStatus;
  /** Without `api` only what operators ask for is answered. */
  roles: ReadonlySet<string>;
  /** Says when no more events are taken. */
  backPressure: BackPressure;
  /** Requests a second for each key and each user; 0 for no limit. */
  rateLimit: number;
  /** Addresses and networks whose X-Forwarded-* headers are believed. */
  trustedProxies: readonly string[];
  limits: HttpLimits;
  /** What /metrics shows; the server adds its own. */
  metrics: Registry;
}
