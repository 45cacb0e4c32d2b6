import type { AccountEvent } from './account/account.js';
import type { ApiKeyEvent } from './account/api-key.js';
import type { UserEvent } from './account/user.js';
import type { AudienceEvent } from './audience/audience.js';
import type { DeliveryEvent } from './delivery/delivery.js';
import type { DateScheduleEvent } from './flow/date-schedule.js';
import type { FlowEvent } from './flow/flow.js';
import type { FlowEntryEvent } from './flow/flow-entry.js';
import type { JourneyEvent } from './journey/journey.js';
import type { MetricEvent } from './metric/metric.js';
import type { CatalogItemEvent } from './product/catalog-item.js';
import type { CatalogVariantEvent } from './product/catalog-variant.js';
import type { ProfileEvent } from './profile/profile.js';
import type { ProfileIdentifierEvent } from './profile/profile-identifier.js';
import type { RequestEvent } from './request/request.js';
import type { TriggerEvent } from './trigger/trigger.js';
import type { WebhookActionEvent } from './webhook-action/webhook-action.js';

/** Every event that the engine records: what projections and process managers read. */
export type HookledgerEvent =
  | AccountEvent
  | ApiKeyEvent
  | AudienceEvent
  | CatalogItemEvent
  | CatalogVariantEvent
  | DeliveryEvent
  | DateScheduleEvent
  | FlowEntryEvent
  | FlowEvent
  | JourneyEvent
  | MetricEvent
  | ProfileEvent
  | ProfileIdentifierEvent
  | RequestEvent
  | TriggerEvent
  | UserEvent
  | WebhookActionEvent;
