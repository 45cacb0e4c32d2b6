import type { LiveAction, LiveFlow } from '../../src/application/ports/live-flows.js';

/** A live flow of these actions, one after the other, that a metric starts. */
export function liveFlow(actions: readonly LiveAction[], more: Partial<LiveFlow> = {}): LiveFlow {
  return {
    flowId: 'flow-1',
    trigger: { type: 'metric', id: 'metric-1' },
    profileFilter: undefined,
    reentry: undefined,
    nodes: actions.map(({ actionId }, index) => ({
      id: actionId,
      type: 'send-webhook',
      next: actions[index + 1]?.actionId ?? null,
    })),
    entryActionId: actions[0]?.actionId ?? null,
    actions: new Map(actions.map((action) => [action.actionId, action])),
    liveSince: 0,
    ...more,
  };
}

/** For what is not about time delays and conditional splits. */
export const NO_STEPS = { flowOf: async (): Promise<undefined> => undefined };
