import { type FlowNode, inOrder, type TimeDelayNode } from './flow-graph.js';

export interface Walk {
  /** The webhook actions that the profile comes to, in order. */
  webhooks: readonly string[];
  /** The delay at which it waits; undefined where it came to the end. */
  waitsAt: TimeDelayNode | undefined;
}

/**
 * How far a profile goes in a flow at once: from an action on until a time delay, or the end. A delay that no action of use
 * follows is not waited for. Source: Klaviyo's help, "How to add a time delay to a flow".
 *
 * @param from the action to begin with; null for none
 * @param takesTrue which way the profile takes at a conditional split
 * @param isOfUse whether a webhook action sends anything at present
 */
export function walkFlow(
  nodes: readonly FlowNode[],
  from: string | null,
  takesTrue: (node: Extract<FlowNode, { type: 'conditional-split' }>) => boolean,
  isOfUse: (actionId: string) => boolean,
): Walk {
  const webhooks: string[] = [];
  for (let id = from; id !== null; ) {
    const node = nodes.find((one) => one.id === id);
    if (node === undefined) break;
    switch (node.type) {
      case 'send-webhook':
        webhooks.push(node.id);
        id = node.next;
        break;
      case 'conditional-split':
        id = takesTrue(node) ? node.nextIfTrue : node.nextIfFalse;
        break;
      case 'time-delay':
        if (inOrder(nodes, node.next).some((after) => after.type === 'send-webhook' && isOfUse(after.id))) {
          return { webhooks, waitsAt: node };
        }
        return { webhooks, waitsAt: undefined };
    }
  }
  return { webhooks, waitsAt: undefined };
}
