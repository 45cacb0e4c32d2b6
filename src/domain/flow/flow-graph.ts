import { RuleViolation } from '../kernel/rule-violation.js';

/** An action's place in its flow: what it is and what comes next; `next` null ends the chain. */
export interface FlowNode {
  id: string;
  type: 'send-webhook';
  next: string | null;
}

/**
 * Checks that the actions form one chain that begins at the entry action and ends.
 * Source: Klaviyo's flow definition (`entry_action_id`, `links.next`).
 *
 * @throws RuleViolation actions_missing, action_id_repeated, entry_action_unknown, link_to_nowhere, loop_of_links,
 * two_entry_actions; pointers are below the definition
 */
export function checkFlowGraph(nodes: readonly FlowNode[], entryActionId: string | null): void {
  if (nodes.length === 0) {
    throw new RuleViolation('actions_missing', 'A flow needs at least one action.', '/actions');
  }
  const indexOf = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    if (indexOf.has(node.id)) {
      throw new RuleViolation(
        'action_id_repeated',
        `Two actions have the id '${node.id}'; give each its own.`,
        `/actions/${index}/temporary_id`,
      );
    }
    indexOf.set(node.id, index);
  }
  if (entryActionId === null || !indexOf.has(entryActionId)) {
    throw new RuleViolation(
      'entry_action_unknown',
      entryActionId === null
        ? 'entry_action_id is missing; name the action that comes first.'
        : `entry_action_id names '${entryActionId}', which is not one of the actions.`,
      '/entry_action_id',
    );
  }
  for (const [index, node] of nodes.entries()) {
    if (node.next !== null && !indexOf.has(node.next)) {
      throw new RuleViolation(
        'link_to_nowhere',
        `The action '${node.id}' links to '${node.next}', which is not one of the actions.`,
        `/actions/${index}/links/next`,
      );
    }
  }
  const reached = new Set<string>();
  for (let id: string | null = entryActionId; id !== null; ) {
    const index = indexOf.get(id) as number;
    const node = nodes[index] as FlowNode;
    reached.add(id);
    if (node.next !== null && reached.has(node.next)) {
      throw new RuleViolation(
        'loop_of_links',
        `The link from '${node.id}' to '${node.next}' makes a loop; a flow has to end.`,
        `/actions/${index}/links/next`,
      );
    }
    id = node.next;
  }
  const stray = nodes.findIndex((node) => !reached.has(node.id));
  if (stray !== -1) {
    const node = nodes[stray] as FlowNode;
    const looped = strayLoop(node, nodes, indexOf);
    throw looped === undefined
      ? new RuleViolation(
          'two_entry_actions',
          `The action '${node.id}' is not reached from the entry action '${entryActionId}'; a flow has one entry action.`,
          `/actions/${stray}`,
        )
      : new RuleViolation(
          'loop_of_links',
          `The links from '${node.id}' on make a loop; a flow has to end.`,
          `/actions/${looped}/links/next`,
        );
  }
}

/** The index of the action whose link closes a loop that can be walked from `start`; undefined where the walk ends. */
function strayLoop(
  start: FlowNode,
  nodes: readonly FlowNode[],
  indexOf: ReadonlyMap<string, number>,
): number | undefined {
  const walked = new Set<string>();
  for (let node = start; ; ) {
    walked.add(node.id);
    if (node.next === null) return undefined;
    if (walked.has(node.next)) return indexOf.get(node.id);
    node = nodes[indexOf.get(node.next) as number] as FlowNode;
  }
}
