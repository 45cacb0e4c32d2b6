import type { Filter } from '../filter/filter.js';
import { RuleViolation } from '../kernel/rule-violation.js';
import type { TimeDelay } from './time-delay.js';

/** An action's place in its flow: what it is and what comes next; null ends the flow there. */
export type FlowNode = WebhookNode | TimeDelayNode | ConditionalSplitNode;
/** The kind of an action. */
export type FlowNodeType = FlowNode['type'];
export const FLOW_NODE_TYPES = [
  'send-webhook',
  'time-delay',
  'conditional-split',
] as const satisfies readonly FlowNodeType[];

/** What it sends and where to is its webhook action's own. */
export interface WebhookNode {
  id: string;
  type: 'send-webhook';
  next: string | null;
}

export interface TimeDelayNode {
  id: string;
  type: 'time-delay';
  next: string | null;
  delay: TimeDelay;
}

/** Profiles that the filter matches go one way, all others the other. */
export interface ConditionalSplitNode {
  id: string;
  type: 'conditional-split';
  nextIfTrue: string | null;
  nextIfFalse: string | null;
  filter: Filter;
}

/** Where it may go on, each with the name of its link. Source: Klaviyo's `links`. */
export function linksOf(node: FlowNode): readonly { name: string; to: string | null }[] {
  return node.type === 'conditional-split'
    ? [
        { name: 'next_if_true', to: node.nextIfTrue },
        { name: 'next_if_false', to: node.nextIfFalse },
      ]
    : [{ name: 'next', to: node.next }];
}

/** The node with each of its links changed by `change`. */
export function relinked(node: FlowNode, change: (to: string) => string | null): FlowNode {
  const changed = (to: string | null): string | null => (to === null ? null : change(to));
  return node.type === 'conditional-split'
    ? { ...node, nextIfTrue: changed(node.nextIfTrue), nextIfFalse: changed(node.nextIfFalse) }
    : { ...node, next: changed(node.next) };
}

/** Behind which link of which action something is put in; before all of them where `after` is null. */
export interface PlaceInFlow {
  after: string | null;
  link: 'next' | 'next_if_true' | 'next_if_false';
}

/**
 * The flow's actions with a webhook action put in: the link that led on leads to it, and it leads on.
 * @throws RuleViolation place_unknown
 */
export function insertedAt(
  { after, link }: PlaceInFlow,
  id: string,
  { actions, entryActionId }: { actions: readonly FlowNode[]; entryActionId: string | null },
): { actions: readonly FlowNode[]; entryActionId: string | null } {
  const webhook = (next: string | null): WebhookNode => ({ id, type: 'send-webhook', next });
  if (after === null) return { actions: [webhook(entryActionId), ...actions], entryActionId: id };
  const index = actions.findIndex((node) => node.id === after);
  const before = actions[index];
  const led = before && linksOf(before).find(({ name }) => name === link);
  if (before === undefined || led === undefined) {
    throw new RuleViolation(
      'place_unknown',
      `The flow has no action '${after}' with a link '${link}' any more; choose another place for the new action.`,
      '/place',
    );
  }
  return { actions: actions.toSpliced(index, 1, leadingTo(before, link, id), webhook(led.to)), entryActionId };
}

function leadingTo(node: FlowNode, link: PlaceInFlow['link'], to: string): FlowNode {
  if (node.type !== 'conditional-split') return { ...node, next: to };
  return link === 'next_if_true' ? { ...node, nextIfTrue: to } : { ...node, nextIfFalse: to };
}

/** From the entry action on, each once, in the order of the links: the branch that is true comes before the one that isn't. */
export function inOrder(nodes: readonly FlowNode[], entryActionId: string | null): FlowNode[] {
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  const ordered = new Map<string, FlowNode>();
  const open = [entryActionId];
  while (open.length > 0) {
    const id = open.pop() as string | null;
    const node = id === null || ordered.has(id) ? undefined : nodeOf.get(id);
    if (node === undefined) continue;
    ordered.set(node.id, node);
    for (const { to } of linksOf(node).toReversed()) open.push(to);
  }
  return [...ordered.values()];
}

/**
 * Checks that the actions begin at the entry action, are all reached from it, and come to an end on every way.
 * Source: Klaviyo's flow definition (`entry_action_id`, `links`).
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
    for (const { name, to } of linksOf(node)) {
      if (to === null || indexOf.has(to)) continue;
      throw new RuleViolation(
        'link_to_nowhere',
        `The action '${node.id}' links to '${to}', which is not one of the actions.`,
        `/actions/${index}/links/${name}`,
      );
    }
  }
  checkEnds(nodes, indexOf, entryActionId);
  const reached = new Set(inOrder(nodes, entryActionId).map(({ id }) => id));
  const stray = nodes.findIndex(({ id }) => !reached.has(id));
  if (stray !== -1) {
    const { id } = nodes[stray] as FlowNode;
    throw new RuleViolation(
      'two_entry_actions',
      `The action '${id}' is not reached from the entry action '${entryActionId}'; a flow has one entry action.`,
      `/actions/${stray}`,
    );
  }
}

/** Follows every link once, from the entry action and then from what it doesn't reach, and refuses the one that closes a loop. */
function checkEnds(nodes: readonly FlowNode[], indexOf: ReadonlyMap<string, number>, entryActionId: string): void {
  const state = new Map<string, 'on the way' | 'ends'>();
  const starts = [entryActionId, ...nodes.map(({ id }) => id)];
  for (const start of starts) {
    const path: { node: FlowNode; links: { name: string; to: string | null }[] }[] = [];
    const enter = (id: string): void => {
      const node = nodes[indexOf.get(id) as number] as FlowNode;
      state.set(id, 'on the way');
      path.push({ node, links: [...linksOf(node)] });
    };
    if (!state.has(start)) enter(start);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const link = step.links.shift();
      if (link === undefined) {
        state.set(step.node.id, 'ends');
        path.pop();
      } else if (link.to !== null && state.get(link.to) === 'on the way') {
        throw new RuleViolation(
          'loop_of_links',
          `The link from '${step.node.id}' to '${link.to}' makes a loop; a flow has to end.`,
          `/actions/${indexOf.get(step.node.id)}/links/${link.name}`,
        );
      } else if (link.to !== null && !state.has(link.to)) enter(link.to);
    }
  }
}
