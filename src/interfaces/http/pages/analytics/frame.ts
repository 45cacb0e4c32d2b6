import type { HttpDependencies } from '../../http-dependencies.js';
import {
  type AnalyticsView,
  addressOf,
  countedOf,
  LISTS,
  type List,
  presetOf,
  rangeOptions,
} from './analytics-view.js';

/** Flows and subscriptions to choose from; a page of another flow is come to by a link. */
const MOST_CHOICES = 200;

const LABELS: Readonly<Record<'overview' | List, string>> = {
  overview: 'Overview',
  failed: 'Failed',
  skipped: 'Skipped',
  waiting: 'Waiting',
  all: 'All deliveries',
};

export const pathOf = (page: 'overview' | List): string => (page === 'overview' ? '/analytics' : `/analytics/${page}`);

/** What the pages of analytics have in common: the tabs with how much is in each now, and the form of filters. */
export async function frameOf(current: 'overview' | List, view: AnalyticsView, queries: HttpDependencies['queries']) {
  const now = await queries.analytics.everything(countedOf(view));
  const sizes = { overview: null, failed: now.failed, skipped: now.skipped, waiting: now.waiting, all: now.requested };
  const rangeOn = (page: 'overview' | List): string =>
    view.range === presetOf(pathOf(current)) ? presetOf(pathOf(page)) : view.range;
  const tabs = (['overview', ...LISTS] as const).map((page) => ({
    label: LABELS[page],
    // Each list has codes of its own, and figures are of no one profile.
    path: addressOf(pathOf(page), {
      ...view,
      code: '',
      profile: page === 'overview' ? '' : view.profile,
      range: rangeOn(page),
    }),
    size: sizes[page],
    current: page === current,
  }));
  const filters = {
    path: pathOf(current),
    ranges: current === 'waiting' ? [] : rangeOptions(pathOf(current)),
    flows: await flowChoices(view.flow, queries),
    actions: await actionChoices(view, queries),
    hasCode: current !== 'overview' && current !== 'all',
    hasProfile: current !== 'overview',
  };
  return { tabs, filters, view };
}

interface Choice {
  value: string;
  label: string;
}

async function flowChoices(flow: string, { flows, feed }: HttpDependencies['queries']): Promise<Choice[]> {
  const page = { size: MOST_CHOICES };
  const choices = [
    ...(await flows.flows(page)).items.map(({ flowId, name }) => ({ value: flowId, label: name })),
    ...(await feed.subscriptions(page)).items.map(({ subscriptionId, name }) => ({
      value: subscriptionId,
      label: `Outbound feed: ${name}`,
    })),
  ];
  return withChosen(choices, flow);
}

async function actionChoices(
  { flow, action }: AnalyticsView,
  { flows }: HttpDependencies['queries'],
): Promise<Choice[]> {
  const flowId = flow === '' && action !== '' ? await flows.flowOf(action) : flow;
  const actions = flowId ? await flows.actionsOf(flowId) : [];
  const choices = actions.flatMap((one) =>
    one.type === 'send-webhook' ? [{ value: one.actionId, label: one.name }] : [],
  );
  return withChosen(choices, action);
}

/** Something that was deleted can be asked for all the same, by its id. */
const withChosen = (choices: Choice[], chosen: string): Choice[] =>
  chosen === '' || choices.some(({ value }) => value === chosen)
    ? choices
    : [...choices, { value: chosen, label: chosen }];
