import { isOfFeed } from '../../../../domain/webhook-action/webhook-action.js';
import type { FeedQueries } from '../../../../projections/feed/feed-queries.js';
import type { FlowQueries } from '../../../../projections/flows/flow-queries.js';

/** An action as pages name it. */
export interface NamedAction {
  actionId: string;
  flowId: string;
  name: string;
  flowName: string;
  /** Its own page; null where it has none, since it was removed or is a subscription to the outbound feed. */
  path: string | null;
  /** Where it posts now; null where it was removed. */
  url: string | null;
}

/** What actions are called; those that were removed are named by the beginning of their id. */
export async function namedActions(
  { flows, feed }: { flows: FlowQueries; feed: FeedQueries },
  actions: readonly { actionId: string; flowId: string }[],
): Promise<(actionId: string) => NamedAction> {
  const named = new Map<string, NamedAction>();
  const ofFlows = await flows.webhooksNamed([...new Set(actions.map(({ actionId }) => actionId))]);
  const known = new Map(ofFlows.map((action) => [action.actionId, action]));
  for (const { actionId, flowId } of actions) {
    if (named.has(actionId)) continue;
    if (isOfFeed(actionId, flowId)) {
      const { name, url } = (await feed.subscription(flowId)) ?? { name: `deleted ${shortId(flowId)}`, url: null };
      named.set(actionId, { actionId, flowId, name, flowName: 'Outbound feed', path: null, url });
      continue;
    }
    const action = known.get(actionId);
    const flowName = action?.flowName ?? `deleted flow ${shortId(flowId)}`;
    named.set(
      actionId,
      action === undefined || action.flowName === null
        ? { actionId, flowId, name: action?.name ?? `removed ${shortId(actionId)}`, flowName, path: null, url: null }
        : { actionId, flowId, name: action.name, flowName, path: actionPath(flowId, actionId), url: action.url },
    );
  }
  return (actionId) => named.get(actionId) as NamedAction;
}

export const actionPath = (flowId: string, actionId: string): string =>
  `/flows/${encodeURIComponent(flowId)}/actions/${encodeURIComponent(actionId)}`;

/** Enough to tell things apart, and to find one by. */
const shortId = (id: string): string => id.slice(0, 8);
