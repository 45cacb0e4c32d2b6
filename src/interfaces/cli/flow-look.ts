import { catalogProjection } from '../../projections/catalog/catalog-projection.js';
import { CatalogQueries } from '../../projections/catalog/catalog-queries.js';
import { flowProjection } from '../../projections/flows/flow-projection.js';
import { FlowQueries, type FlowView } from '../../projections/flows/flow-queries.js';
import { readSettings } from '../../settings.js';
import { filterInWords } from '../words/filter-in-words.js';
import { triggerInWords } from '../words/trigger-in-words.js';
import { allPages } from './all-pages.js';
import { fields } from './fields.js';
import { flowChart } from './flow-chart.js';
import { flowIdIn } from './ids-given.js';
import { printList } from './print-list.js';
import type { JsonFlag } from './print-result.js';
import { withLook } from './with-look.js';
import { WorkFailed } from './work-failed.js';

type Flags = JsonFlag & { data?: string };

/** Newest first. */
export async function listFlows(flags: Flags & { status?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const filter = flags.status === undefined ? {} : { status: flags.status };
  await withLook(settings, [flowProjection], async (db) => {
    const flows = new FlowQueries(db);
    const all = allPages((request) => flows.flows(request, filter));
    const count = await printList(flags, all, ['id', 'status', 'trigger', 'created', 'name'], (flow) => [
      flow.flowId,
      flow.status,
      flow.trigger.type,
      flow.createdAt,
      flow.name,
    ]);
    if (count === 0) process.stderr.write(`There is no ${flags.status === undefined ? '' : `${flags.status} `}flow.\n`);
  });
}

/** What starts the flow, for whom it is, and its actions as a chain. */
export async function showFlow(given: string, flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const flowId = flowIdIn(given);
  await withLook(settings, [flowProjection, catalogProjection], async (db) => {
    const flows = new FlowQueries(db);
    const flow = await flows.flow(flowId);
    if (flow === undefined) {
      throw new WorkFailed(`There is no flow with the id '${flowId}'; hookledger flow list shows all.`);
    }
    const actions = await flows.actionsOf(flowId);
    if (flags.json) {
      process.stdout.write(`${JSON.stringify({ ...flow, actions })}\n`);
      return;
    }
    process.stdout.write(`${fields(await factsOf(flow, new CatalogQueries(db)))}\n`);
    process.stdout.write(flowChart(actions, flow.entryActionId));
  });
}

async function factsOf(flow: FlowView, catalog: CatalogQueries): Promise<readonly (readonly [string, string])[]> {
  const { trigger, rules } = flow;
  const source = 'id' in trigger ? await catalog.entry(trigger.type, trigger.id) : undefined;
  const { reentry, profileFilter } = rules;
  return [
    ['id', flow.flowId],
    ['name', flow.name],
    ['status', flow.status],
    ['trigger', triggerInWords(trigger, source?.name)],
    ['profiles', profileFilter === undefined ? '' : `only where ${filterInWords(profileFilter)}`],
    ['re-entry', reentryInWords(reentry)],
    ['created', flow.createdAt],
    ['updated', flow.updatedAt],
  ];
}

function reentryInWords(reentry: FlowView['rules']['reentry']): string {
  if (reentry === undefined) return '';
  const { duration, unit } = reentry;
  if (unit === 'alltime') return duration === 0 ? 'each time' : 'once only';
  return duration === 0 ? 'each time' : `once in ${duration} ${unit.replace(/s$/, '')}${duration === 1 ? '' : 's'}`;
}
