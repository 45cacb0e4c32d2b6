import { RuleViolation } from '../kernel/rule-violation.js';

/** The flows and actions that a subscription is told of: those of either list, and all where there is none. */
export interface FeedScope {
  flowIds?: readonly string[];
  actionIds?: readonly string[];
}

/** Each is looked for in every event that is told. */
export const MOST_IN_SCOPE = 100;

export const isWithin = (
  { flowIds, actionIds }: FeedScope,
  { flowId, actionId }: { flowId: string; actionId: string },
): boolean => {
  if (flowIds === undefined && actionIds === undefined) return true;
  return (flowIds?.includes(flowId) ?? false) || (actionIds?.includes(actionId) ?? false);
};

/** @throws RuleViolation feed_scope_invalid with a pointer to the list */
export function checkFeedScope({ flowIds, actionIds }: FeedScope): void {
  for (const [pointer, kind, ids] of [
    ['/flowIds', 'flow', flowIds],
    ['/actionIds', 'action', actionIds],
  ] as const) {
    if (ids === undefined) continue;
    if (ids.length > 0 && ids.length <= MOST_IN_SCOPE && new Set(ids).size === ids.length) continue;
    throw new RuleViolation(
      'feed_scope_invalid',
      `A subscription is narrowed to 1 to ${MOST_IN_SCOPE} ${kind}s, each named once; leave the list out for all.`,
      pointer,
    );
  }
}
