/**
 * hookledger in a program of one's own: {@link createHookledger} opens an event-sourced engine that delivers the webhook actions
 * of marketing flows.
 * @packageDocumentation
 */

export { TwoStepRequired, TwoStepUnverifiable } from './application/commands/action-author.js';
export type { NewApiKey } from './application/commands/api-keys.js';
export type { EventOutcome, ReportedEvent } from './application/commands/events.js';
export { EventsUnfinished } from './application/commands/events.js';
export type { ActionDefinition, FlowDefinition } from './application/commands/flows.js';
export { DuplicateProfile } from './application/commands/profiles.js';
export type { ProfileReference } from './application/commands/resolve-profile.js';
export type { SetUpCheck } from './application/commands/set-up-checks.js';
export type { NewSigningSecret } from './application/commands/signing-secrets.js';
export type { Actor, EventMetadata, ExpectedRevision, Position } from './application/ports/event-store.js';
export { ConcurrencyConflict, EventStoreUnusable } from './application/ports/event-store.js';
export { KeysUnusable } from './application/ports/vault.js';
export type { StartedTrigger } from './application/process-managers/trigger-deliveries.js';
export type { HistoryEntry } from './application/queries/history.js';
export type { ListedMember } from './application/queries/members.js';
export type { ListedVariable, PreviewRequest, TemplatePreview } from './application/queries/template-preview.js';
export type { ApiScope } from './domain/account/api-key.js';
export type { Role as MemberRole } from './domain/account/role.js';
export type { HookledgerEvent } from './domain/events.js';
export type { FeedEventType } from './domain/feed/feed-events.js';
export type { FeedScope } from './domain/feed/feed-scope.js';
export type { Condition, Filter, ValueFilter } from './domain/filter/filter.js';
export type { FlowRules, FlowStatus, ReentryCriteria } from './domain/flow/flow.js';
export type { FlowNode } from './domain/flow/flow-graph.js';
export type { FlowTrigger, FlowTriggerType, Weekday } from './domain/flow/flow-trigger.js';
export type { TimeDelay } from './domain/flow/time-delay.js';
export type { Json, JsonObject } from './domain/kernel/json.js';
export { RuleViolation } from './domain/kernel/rule-violation.js';
export type { ItemAttributes } from './domain/product/catalog-item.js';
export type { VariantAttributes } from './domain/product/catalog-variant.js';
export type { ProductAttributes } from './domain/product/product-attributes.js';
export type { ProfileAttributes } from './domain/profile/profile.js';
export type { RequestHeaders } from './domain/webhook-action/request-headers.js';
export type { PausedStatus, WebhookActionConfiguration } from './domain/webhook-action/webhook-action.js';
export type { EngineStatus } from './engine.js';
export { ReadModelsUnusable } from './infrastructure/read-models/read-model-database.js';
export { AlreadyRunning } from './infrastructure/system/already-running.js';
export type { ApiKeys, Members } from './interfaces/typescript/access.js';
export { BacklogFull } from './interfaces/typescript/backlog-full.js';
export type { Audiences, Metrics } from './interfaces/typescript/catalog.js';
export type { CommandOptions, Durable, RepeatableOptions } from './interfaces/typescript/command-options.js';
// Importing this does nothing. Only errors and the function itself are values here; all else is types, and the engine is
// loaded by createHookledger.
export { createHookledger } from './interfaces/typescript/create-hookledger.js';
export type { Deliveries, QueueName } from './interfaces/typescript/deliveries.js';
export type { Events } from './interfaces/typescript/events.js';
export type { Feeds, NewFeedSubscription } from './interfaces/typescript/feeds.js';
export type { ActionUpdate, Flows } from './interfaces/typescript/flows.js';
export type { Hookledger } from './interfaces/typescript/hookledger.js';
export { HookledgerClosed } from './interfaces/typescript/hookledger-closed.js';
export type { HookledgerOptions, HostLogger } from './interfaces/typescript/options.js';
export type { Paging } from './interfaces/typescript/paging.js';
export type { HookledgerPlugin, PluginOptions } from './interfaces/typescript/plugin.js';
export type { NewCatalogItem, NewCatalogVariant, Products, VariantFilter } from './interfaces/typescript/products.js';
export type { Profiles } from './interfaces/typescript/profiles.js';
export type {
  EventPlace,
  EventType,
  LedgerEvent,
  ShownData,
  SubscribeOptions,
} from './interfaces/typescript/subscription.js';
export type { Templates } from './interfaces/typescript/templates.js';
export type { ListedKey } from './projections/access/access-queries.js';
export type { DeliveryView } from './projections/activity/activity-queries.js';
export type { DeliveryFilter, DeliveryStatusShown } from './projections/activity/delivery-filter.js';
export type { Analytics, AnalyticsFilter, DeliveryCounts } from './projections/analytics/analytics-queries.js';
export type { CatalogEntry, CatalogKind } from './projections/catalog/catalog-queries.js';
export type { SubscriptionView } from './projections/feed/feed-queries.js';
export type {
  ActionView,
  FlowFilter,
  FlowView,
  StepView,
  WebhookActionView,
} from './projections/flows/flow-queries.js';
export type { Page } from './projections/page.js';
export { InvalidCursor } from './projections/page.js';
export type { ItemView, VariantView } from './projections/products/product-queries.js';
export type { ProfileFilter, ProfileView } from './projections/profiles/profile-queries.js';
export type { Role } from './settings.js';
export { SettingsError } from './settings-error.js';
