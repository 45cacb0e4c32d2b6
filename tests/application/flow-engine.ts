import type { CommandContext } from '../../src/application/command-context.js';
import type { FlowDefinition } from '../../src/application/commands/flows.js';
import { DateProcess } from '../../src/application/process-managers/date-process.js';
import { FlowSteps } from '../../src/application/process-managers/flow-steps.js';
import { JourneyProcess } from '../../src/application/process-managers/journey-process.js';
import { JourneyTimers } from '../../src/application/process-managers/journey-timers.js';
import { TriggerProcess } from '../../src/application/process-managers/trigger-deliveries.js';
import type { HookledgerEvent } from '../../src/domain/events.js';
import type { ProfileAttributes } from '../../src/domain/profile/profile.js';
import { DjangoTemplateEngine } from '../../src/infrastructure/templating/django-template-engine.js';
import { FlowQueries } from '../../src/projections/flows/flow-queries.js';
import { JourneyQueries } from '../../src/projections/journeys/journey-queries.js';
import { ProfileQueries } from '../../src/projections/profiles/profile-queries.js';
import { HistoryMaker } from '../projections/history-maker.js';
import { ReadSide, SILENT } from '../projections/read-side.js';

export const context: CommandContext = {
  actor: { kind: 'cli', id: 'test', name: 'test' },
  correlationId: 'test',
  causationId: 'test',
};

type Stored = HookledgerEvent & { id: string; stream: string; metadata: { causationId: string } };

/** Flows that run on a real event store and read side, at a time that stands still. */
export async function openFlowEngine() {
  const side = await ReadSide.make();
  const { eventStore, liveFlows, progress, database, vault } = side;
  const queries = new FlowQueries(database.reader);
  const maker = new HistoryMaker(eventStore, liveFlows, queries);
  await maker.begin();
  const { clock, aggregates } = maker;
  const steps = new FlowSteps(new DjangoTemplateEngine(clock), 'Northwind');
  const triggers = new TriggerProcess(liveFlows, steps);
  const process = new JourneyProcess(aggregates, eventStore, steps);
  const profiles = new ProfileQueries(database.reader, vault);
  side.projector.start();
  const caughtUp = async (): Promise<void> => progress.caughtUpTo(await eventStore.headPosition());

  const engine = {
    ...maker,
    maker,
    side,
    clock,
    caughtUp,
    journeys: new JourneyQueries(database.writer),
    process,
    newTimers: () => new JourneyTimers(new JourneyQueries(database.writer), process, progress, clock, SILENT),
    newDates: () => new DateProcess(liveFlows, profiles, aggregates, triggers, eventStore, progress, clock),

    /** Created and set live. */
    async live(definition: FlowDefinition): Promise<{ flowId: string; actionIds: readonly string[] }> {
      const { result } = await maker.flows.create(definition, context);
      await maker.flows.changeStatus(result.flowId, 'live', context);
      await caughtUp();
      return result;
    },

    async profile(email: string, attributes: ProfileAttributes = {}): Promise<string> {
      const { result } = await maker.profiles.createOrUpdate({ attributes: { ...attributes, email } }, context);
      await caughtUp();
      return result.profileId;
    },

    async placedOrder(email: string, properties = {}, uniqueId?: string): Promise<void> {
      const event = { metricName: 'Placed Order', profile: { attributes: { email } }, properties };
      await maker.events.receive(uniqueId === undefined ? event : { ...event, uniqueId }, context);
      await caughtUp();
    },

    async all(): Promise<Stored[]> {
      return (await Array.fromAsync(eventStore.readAll())).flat() as unknown as Stored[];
    },

    /** The bodies that were requested, in order. */
    async bodies(): Promise<(string | null)[]> {
      return (await engine.all()).flatMap((event) => (event.type === 'DeliveryRequested' ? [event.data.body] : []));
    },

    async close(): Promise<void> {
      await side.projector.stop();
      await side.remove();
    },
  };
  return engine;
}

export type FlowEngine = Awaited<ReturnType<typeof openFlowEngine>>;
