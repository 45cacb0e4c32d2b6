import type { NewSubscription, SubscriptionChange } from '../../application/commands/feeds.js';
import type { Vault } from '../../application/ports/vault.js';
import { restoreHeaders } from '../../application/sealing/header-values.js';
import type { SubscriptionAttributes, SubscriptionChanges } from './schemas/feed-schemas.js';

/** A subscription as the request has it. @throws RuleViolation header_value_hidden */
export function givenSubscription(attributes: SubscriptionAttributes, vault: Vault): NewSubscription {
  const { headers, flow_ids: flowIds, action_ids: actionIds, ...given } = attributes;
  return {
    ...given,
    headers: restoreHeaders(headers ?? {}, {}, vault),
    ...(flowIds == null ? {} : { flowIds }),
    ...(actionIds == null ? {} : { actionIds }),
  };
}

/** What is to change; a header value as it was shown stands for the one that is kept. */
export function givenSubscriptionChange(attributes: SubscriptionChanges, vault: Vault): SubscriptionChange {
  const { name, url, events, headers, flow_ids: flowIds, action_ids: actionIds } = attributes;
  const change: SubscriptionChange = {};
  if (name !== undefined) change.name = name;
  if (url !== undefined) change.url = url;
  if (events !== undefined) change.events = events;
  if (headers != null) change.headers = (present) => restoreHeaders(headers, present, vault);
  if (flowIds !== undefined) change.flowIds = flowIds;
  if (actionIds !== undefined) change.actionIds = actionIds;
  return change;
}
