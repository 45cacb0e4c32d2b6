import 'reflect-metadata';
import type { FastifyBaseLogger } from 'fastify';
import { Container, type ServiceIdentifier } from 'inversify';
import { Registry } from 'prom-client';
import { AggregateStore } from './application/aggregate-store.js';
import { BackPressure } from './application/back-pressure.js';
import { ApiKeyCommands } from './application/commands/api-keys.js';
import { AudienceCommands } from './application/commands/audiences.js';
import { DeliveryCommands } from './application/commands/deliveries.js';
import { EventCommands } from './application/commands/events.js';
import { FeedCommands } from './application/commands/feeds.js';
import { FlowCommands } from './application/commands/flows.js';
import { LogIn } from './application/commands/log-in.js';
import { MemberCommands } from './application/commands/members.js';
import { ProductCommands } from './application/commands/products.js';
import { ProfileCommands } from './application/commands/profiles.js';
import { TwoStepCommands } from './application/commands/two-step.js';
import { DEFAULT_WORKER_LIMITS, DeliveryWorker } from './application/delivery/delivery-worker.js';
import type { Clock } from './application/ports/clock.js';
import type { DeliveryQueue } from './application/ports/delivery-queue.js';
import type { EndpointChecker } from './application/ports/endpoint-checker.js';
import type { EventStore } from './application/ports/event-store.js';
import type { Ids } from './application/ports/ids.js';
import type { LiveFlows } from './application/ports/live-flows.js';
import type { Measurements } from './application/ports/measurements.js';
import type { OneTimeCodes } from './application/ports/one-time-codes.js';
import type { PasswordHasher } from './application/ports/password-hasher.js';
import type { TemplateEngine } from './application/ports/template-engine.js';
import type { Vault } from './application/ports/vault.js';
import type { WebhookSender } from './application/ports/webhook-sender.js';
import { AlertProcess } from './application/process-managers/alert-process.js';
import { DateProcess } from './application/process-managers/date-process.js';
import { FeedProcess } from './application/process-managers/feed-process.js';
import { FlowSteps } from './application/process-managers/flow-steps.js';
import { ForgettingProcess } from './application/process-managers/forgetting-process.js';
import { JourneyProcess } from './application/process-managers/journey-process.js';
import { JourneyTimers } from './application/process-managers/journey-timers.js';
import type { ProcessManager } from './application/process-managers/process-manager.js';
import { ProcessRunner } from './application/process-managers/process-runner.js';
import { ProductTriggerProcess } from './application/process-managers/product-trigger-process.js';
import { RetryProcess } from './application/process-managers/retry-process.js';
import { SegmentMembership } from './application/process-managers/segment-membership.js';
import { SegmentPopulation } from './application/process-managers/segment-population.js';
import { SuspensionProcess } from './application/process-managers/suspension-process.js';
import { TimedRunner } from './application/process-managers/timed-runner.js';
import type { TimedWork } from './application/process-managers/timed-work.js';
import { TriggerProcess } from './application/process-managers/trigger-deliveries.js';
import { UPCASTS } from './application/upcasts.js';
import { DEFAULT_RETRY_POLICY } from './domain/delivery/retry-policy.js';
import { Engine } from './engine.js';
import { openEventStore } from './infrastructure/event-store/open-event-store.js';
import { AddressPolicy } from './infrastructure/http-sender/address-policy.js';
import { HttpsEndpointChecker } from './infrastructure/http-sender/https-endpoint-checker.js';
import { DEFAULT_SENDER_LIMITS, UndiciWebhookSender } from './infrastructure/http-sender/undici-webhook-sender.js';
import { registerEngineMetrics } from './infrastructure/observability/engine-metrics.js';
import { PrometheusMeasurements } from './infrastructure/observability/prometheus-measurements.js';
import { openReadModels } from './infrastructure/read-models/open-read-models.js';
import type { ReadModelDatabase } from './infrastructure/read-models/read-model-database.js';
import { Argon2PasswordHasher } from './infrastructure/security/argon2-password-hasher.js';
import { KeyRing } from './infrastructure/security/key-ring.js';
import { KeyVault } from './infrastructure/security/key-vault.js';
import { openKeys } from './infrastructure/security/open-keys.js';
import { SealingEventStore } from './infrastructure/security/sealing-event-store.js';
import { TotpCodes } from './infrastructure/security/totp-codes.js';
import { RandomIds } from './infrastructure/system/random-ids.js';
import { SystemClock } from './infrastructure/system/system-clock.js';
import { DjangoTemplateEngine } from './infrastructure/templating/django-template-engine.js';
import type { HttpDependencies } from './interfaces/http/http-dependencies.js';
import type { HttpServer } from './interfaces/http/http-server.js';
import { HTTP_LIMITS, type HttpLimits } from './interfaces/http/safety/limits.js';
import { buildServer } from './interfaces/http/server.js';
import { AccessQueries } from './projections/access/access-queries.js';
import { ActivityQueries } from './projections/activity/activity-queries.js';
import { AnalyticsQueries } from './projections/analytics/analytics-queries.js';
import { CatalogQueries } from './projections/catalog/catalog-queries.js';
import { SegmentIndex } from './projections/catalog/segment-index.js';
import { FeedQueries } from './projections/feed/feed-queries.js';
import { FlowQueries } from './projections/flows/flow-queries.js';
import { LiveFlowIndex } from './projections/flows/live-flow-index.js';
import { HealthQueries } from './projections/health/health-queries.js';
import { JourneyQueries } from './projections/journeys/journey-queries.js';
import { ProcessCheckpoints } from './projections/process-checkpoints.js';
import { ProductQueries } from './projections/products/product-queries.js';
import { ProfileQueries } from './projections/profiles/profile-queries.js';
import { ProjectionProgress } from './projections/projection-progress.js';
import { PROJECTIONS } from './projections/projections.js';
import { Projector } from './projections/projector.js';
import { QueueQueries } from './projections/queue/queue-queries.js';
import { SampleQueries } from './projections/samples/sample-queries.js';
import type { Settings } from './settings.js';
import { eventsIn, SystemStatus } from './system-status.js';

const token = <T>(name: string): ServiceIdentifier<T> => Symbol.for(`hookledger.${name}`);

/** The ports, and what else has no class of its own to be asked for by. */
export const TOKENS = {
  Clock: token<Clock>('Clock'),
  DeliveryQueue: token<DeliveryQueue>('DeliveryQueue'),
  EndpointChecker: token<EndpointChecker>('EndpointChecker'),
  EventStore: token<EventStore>('EventStore'),
  /** Events as they are stored: what subscribers read, who open what they need. */
  SealedEventStore: token<EventStore>('SealedEventStore'),
  HttpLimits: token<HttpLimits>('HttpLimits'),
  HttpServer: token<HttpServer>('HttpServer'),
  Ids: token<Ids>('Ids'),
  LiveFlows: token<LiveFlows>('LiveFlows'),
  Logger: token<FastifyBaseLogger>('Logger'),
  Measurements: token<Measurements>('Measurements'),
  Metrics: token<Registry>('Metrics'),
  OneTimeCodes: token<OneTimeCodes>('OneTimeCodes'),
  PasswordHasher: token<PasswordHasher>('PasswordHasher'),
  Queries: token<HttpDependencies['queries']>('Queries'),
  ReadModelDatabase: token<ReadModelDatabase>('ReadModelDatabase'),
  Settings: token<Settings>('Settings'),
  TemplateEngine: token<TemplateEngine>('TemplateEngine'),
  Vault: token<Vault>('Vault'),
  WebhookSender: token<WebhookSender>('WebhookSender'),
  WorkerId: token<string>('WorkerId'),
};

const PROCESS_RUNNERS = token<readonly ProcessRunner[]>('ProcessRunners');
const TIMED_RUNNERS = token<readonly TimedRunner[]>('TimedRunners');

/**
 * The one place where ports meet adapters. The stores are opened here; everything else is made when it is first asked for,
 * once. What is open is closed by {@link Engine.stop}.
 * @throws EventStoreUnusable, ReadModelsUnusable, KeysUnusable
 */
export async function createContainer(settings: Settings, logger: FastifyBaseLogger): Promise<Container> {
  const container = new Container({ defaultScope: 'Singleton' });
  const opened: { close(): Promise<void> }[] = [];
  try {
    const sealed = await openEventStore(settings.eventStore);
    opened.push(sealed);
    const keys = await openKeys(settings, logger);
    opened.push(keys);
    const vault = new KeyVault(keys);
    container.bind(KeyRing).toConstantValue(keys);
    container.bind(TOKENS.Vault).toConstantValue(vault);
    container.bind(TOKENS.SealedEventStore).toConstantValue(sealed);
    container.bind(TOKENS.EventStore).toConstantValue(new SealingEventStore(sealed, vault));
    const readModels = await openReadModels(settings.readModels, new SystemClock(), logger);
    container.bind(TOKENS.ReadModelDatabase).toConstantValue(readModels);
  } catch (error) {
    for (const one of opened) await one.close();
    throw error;
  }
  bindAdapters(container, settings, logger);
  bindReadSide(container, settings);
  bindApplication(container, settings);
  bindHttp(container);
  return container;
}

/** Binds a class whose parts are all bound themselves, in the constructor's order. */
function bindClass<Parts extends unknown[], Made>(
  container: Container,
  made: new (...parts: Parts) => Made,
  ...parts: { [Index in keyof Parts]: ServiceIdentifier<Parts[Index]> }
): void {
  container.bind(made).toDynamicValue((context) => new made(...(parts.map((part) => context.get(part)) as Parts)));
}

function bindAdapters(container: Container, settings: Settings, logger: FastifyBaseLogger): void {
  container.bind(TOKENS.Settings).toConstantValue(settings);
  container.bind(TOKENS.Logger).toConstantValue(logger);
  container.bind(TOKENS.Clock).to(SystemClock);
  container.bind(TOKENS.Ids).to(RandomIds);
  container.bind(TOKENS.OneTimeCodes).to(TotpCodes);
  container.bind(TOKENS.PasswordHasher).to(Argon2PasswordHasher);
  container
    .bind(TOKENS.TemplateEngine)
    .toDynamicValue((context) => new DjangoTemplateEngine(context.get(TOKENS.Clock)));
  const policy = new AddressPolicy(settings.allowNetworks, settings.allowPorts);
  container.bind(TOKENS.EndpointChecker).toConstantValue(new HttpsEndpointChecker(policy, settings.extraCa));
  container
    .bind(TOKENS.WebhookSender)
    .toDynamicValue(
      () =>
        new UndiciWebhookSender(
          { ...DEFAULT_SENDER_LIMITS, connectionsPerOrigin: settings.concurrencyPerOrigin },
          policy,
          settings.extraCa,
        ),
    );
}

function bindReadSide(container: Container, settings: Settings): void {
  const { Clock, DeliveryQueue, Ids, LiveFlows, Logger, ReadModelDatabase, Vault, WorkerId } = TOKENS;
  container.bind(ProjectionProgress).toDynamicValue(() => new ProjectionProgress(PROJECTIONS.map(({ name }) => name)));
  container.bind(LiveFlowIndex).toDynamicValue((context) => {
    const index = new LiveFlowIndex(context.get(ReadModelDatabase).writer);
    context.get(ProjectionProgress).onCommit(async (changed) => {
      if (changed.has('flows')) await index.reload();
    });
    return index;
  });
  container.bind(LiveFlows).toService(LiveFlowIndex);
  container.bind(SegmentIndex).toDynamicValue((context) => {
    const index = new SegmentIndex(context.get(ReadModelDatabase).writer);
    context.get(ProjectionProgress).onCommit(async (changed) => {
      if (changed.has('catalog')) await index.reload();
    });
    return index;
  });
  container.bind(WorkerId).toDynamicValue((context) => `worker-${context.get(Ids).next()}`);
  container
    .bind(DeliveryQueue)
    .toDynamicValue((context) =>
      context
        .get(ReadModelDatabase)
        .newQueue(context.get(WorkerId), settings.concurrencyPerOrigin, context.get(ProjectionProgress)),
    );
  container.bind(Projector).toDynamicValue((context) => {
    const { lanes, leadership, news, writer: db } = context.get(ReadModelDatabase);
    return new Projector(lanes, {
      eventStore: context.get(TOKENS.SealedEventStore),
      db,
      vault: context.get(Vault),
      leadership,
      news,
      progress: context.get(ProjectionProgress),
      clock: context.get(Clock),
      logger: context.get(Logger),
    });
  });
  container.bind(TOKENS.Queries).toDynamicValue((context) => {
    const { reader } = context.get(ReadModelDatabase);
    const vault = context.get(Vault);
    return {
      access: new AccessQueries(reader),
      activity: new ActivityQueries(reader, vault),
      analytics: new AnalyticsQueries(reader),
      catalog: new CatalogQueries(reader),
      feed: new FeedQueries(reader),
      flows: new FlowQueries(reader),
      health: new HealthQueries(reader),
      products: new ProductQueries(reader, vault),
      profiles: new ProfileQueries(reader, vault),
      samples: new SampleQueries(reader),
    };
  });
}

function bindApplication(container: Container, settings: Settings): void {
  const { Clock, DeliveryQueue, EndpointChecker, EventStore, Ids, LiveFlows, Logger, Queries } = TOKENS;
  const { OneTimeCodes, PasswordHasher, TemplateEngine, Vault, WebhookSender, WorkerId } = TOKENS;
  const { Measurements, Metrics } = TOKENS;
  container.bind(Metrics).toConstantValue(new Registry());
  container
    .bind(Measurements)
    .toDynamicValue((context) => new PrometheusMeasurements(context.get(Metrics), settings.eventStore.kind));
  container.bind(AggregateStore).toDynamicValue((context) => {
    const [eventStore, clock, ids] = [context.get(EventStore), context.get(Clock), context.get(Ids)];
    return new AggregateStore(eventStore, clock, ids, UPCASTS, context.get(Measurements));
  });
  container
    .bind(FlowSteps)
    .toDynamicValue((context) => new FlowSteps(context.get(TemplateEngine), settings.organization));
  bindClass(container, TriggerProcess, LiveFlows, FlowSteps);
  bindClass(container, SegmentMembership, SegmentIndex, TriggerProcess);
  bindClass(container, ApiKeyCommands, AggregateStore, Ids, Clock);
  bindClass(container, AudienceCommands, AggregateStore, TriggerProcess, Ids, SegmentMembership);
  bindClass(container, DeliveryCommands, AggregateStore, Clock);
  bindClass(container, EventCommands, AggregateStore, TriggerProcess, Clock, Ids, SegmentMembership);
  bindClass(container, FeedCommands, AggregateStore, Ids, EndpointChecker);
  container.bind(FlowCommands).toDynamicValue((context) => {
    const [aggregates, templates, ids] = [context.get(AggregateStore), context.get(TemplateEngine), context.get(Ids)];
    return new FlowCommands(aggregates, templates, ids, context.get(EndpointChecker), context.get(Queries).flows);
  });
  bindClass(container, LogIn, AggregateStore, PasswordHasher, OneTimeCodes, Clock);
  bindClass(container, MemberCommands, AggregateStore, PasswordHasher, Clock);
  bindClass(container, TwoStepCommands, AggregateStore, PasswordHasher, OneTimeCodes);
  bindClass(container, ProductCommands, AggregateStore);
  bindClass(container, ProfileCommands, AggregateStore, Ids, Vault, SegmentMembership);
  bindProcesses(container, settings);
  container
    .bind(DeliveryWorker)
    .toDynamicValue(
      (context) =>
        new DeliveryWorker(
          context.get(WorkerId),
          context.get(AggregateStore),
          context.get(DeliveryQueue),
          context.get(WebhookSender),
          { ...DEFAULT_WORKER_LIMITS, concurrency: settings.concurrency },
          context.get(Clock),
          context.get(Logger),
          settings.klaviyoSignatures,
          context.get(TOKENS.Measurements),
        ),
    );
  container
    .bind(Engine)
    .toDynamicValue(
      (context) =>
        new Engine(
          settings.roles,
          context.get(TOKENS.SealedEventStore),
          context.get(KeyRing),
          context.get(TOKENS.ReadModelDatabase),
          context.get(ProjectionProgress),
          context.get(Projector),
          context.get(LiveFlowIndex),
          context.get(SegmentIndex),
          context.get(DeliveryQueue),
          context.get(PROCESS_RUNNERS),
          context.get(TIMED_RUNNERS),
          context.get(DeliveryWorker),
          context.get(WebhookSender),
          context.get(Logger),
        ),
    );
}

/** What reacts to events, and to time. What takes long, or waits for the read models, has a runner of its own, so that no retry waits with it. */
function bindProcesses(container: Container, settings: Settings): void {
  const { Clock, EventStore, Ids, LiveFlows, Logger, Queries, ReadModelDatabase, SealedEventStore, Vault } = TOKENS;
  container.bind(PROCESS_RUNNERS).toDynamicValue((context) => {
    const [aggregates, progress] = [context.get(AggregateStore), context.get(ProjectionProgress)];
    const { leadership, reader, writer } = context.get(ReadModelDatabase);
    const [clock, logger, queries] = [context.get(Clock), context.get(Logger), context.get(Queries)];
    const health = new HealthQueries(reader);
    const checkpoints = new ProcessCheckpoints(writer);
    const runner = (name: string | undefined, ...managers: readonly ProcessManager[]): ProcessRunner =>
      new ProcessRunner(context.get(SealedEventStore), managers, checkpoints, leadership, clock, logger, name);
    return [
      runner(
        undefined,
        new RetryProcess(aggregates, { ...DEFAULT_RETRY_POLICY, scale: settings.retryScale }, context.get(Ids)),
        new ForgettingProcess(aggregates, context.get(Vault), queries.activity, progress),
      ),
      runner(
        'outbound-feed',
        new SuspensionProcess(aggregates, health, progress, settings.suspendAfterMs),
        new AlertProcess(aggregates, health, progress, settings.alert, clock, logger),
        new FeedProcess(aggregates, new FeedQueries(reader), progress),
      ),
      runner(
        'segment-population',
        new SegmentPopulation(aggregates, context.get(SegmentMembership), queries.profiles, progress, checkpoints),
      ),
      runner(
        'product-triggers',
        new ProductTriggerProcess(
          aggregates,
          context.get(TriggerProcess),
          context.get(LiveFlows),
          queries.products,
          progress,
        ),
      ),
    ];
  });
  container.bind(TIMED_RUNNERS).toDynamicValue((context) => {
    const [aggregates, progress] = [context.get(AggregateStore), context.get(ProjectionProgress)];
    const [eventStore, clock, logger] = [context.get(EventStore), context.get(Clock), context.get(Logger)];
    const { leadership, writer } = context.get(ReadModelDatabase);
    const runnerOf = (work: TimedWork, projection: string): TimedRunner => {
      const runner = new TimedRunner(work, leadership, clock, logger);
      progress.onCommit((changed) => {
        if (changed.has(projection)) runner.wake();
      });
      return runner;
    };
    const journeys = new JourneyProcess(aggregates, eventStore, context.get(FlowSteps));
    return [
      runnerOf(new JourneyTimers(new JourneyQueries(writer), journeys, progress, clock, logger), 'journeys'),
      runnerOf(
        new DateProcess(
          context.get(LiveFlows),
          context.get(Queries).profiles,
          aggregates,
          context.get(TriggerProcess),
          eventStore,
          progress,
          clock,
        ),
        'flows',
      ),
    ];
  });
}

function bindHttp(container: Container): void {
  container.bind(BackPressure).toDynamicValue((context) => {
    const engine = context.get(Engine);
    const { atomic } = context.get(TOKENS.EventStore);
    return new BackPressure(
      context.get(TOKENS.Settings).maxBacklog,
      new QueueQueries(context.get(TOKENS.ReadModelDatabase).reader),
      async () => {
        const lag = await engine.lag();
        // Where the read models are isn't known yet: whoever keeps them has said nothing so far.
        return Number.isFinite(lag) ? eventsIn(lag, atomic) : 0;
      },
      context.get(TOKENS.Clock),
      context.get(TOKENS.Logger),
    );
  });
  container.bind(TOKENS.HttpLimits).toConstantValue(HTTP_LIMITS);
  container.bind(SystemStatus).toDynamicValue((context) => {
    const readModels = context.get(TOKENS.ReadModelDatabase);
    return new SystemStatus(
      context.get(TOKENS.Settings),
      context.get(KeyRing).masterKeyInFile,
      context.get(TOKENS.SealedEventStore),
      context.get(TOKENS.Vault),
      readModels,
      new QueueQueries(readModels.reader),
      context.get(DeliveryWorker),
      context.get(TOKENS.WorkerId),
      DEFAULT_WORKER_LIMITS.leaseMs,
      context.get(BackPressure),
      context.get(TOKENS.Clock),
    );
  });
  container.bind(TOKENS.HttpServer).toDynamicValue((context) => {
    const engine = context.get(Engine);
    const metrics = context.get(TOKENS.Metrics);
    const queries = context.get(TOKENS.Queries);
    const backPressure = context.get(BackPressure);
    const system = context.get(SystemStatus);
    registerEngineMetrics(metrics, {
      process: system.process,
      attemptsUnderWay: () => system.attemptsUnderWay,
      projections: async () => {
        const [head, projections] = await Promise.all([system.head(), system.projections()]);
        return projections.map(({ name, position, error }) => ({
          name,
          lag: system.behind(head, position).events,
          stuck: error !== null,
        }));
      },
      processManagers: async () => {
        const [head, processes] = await Promise.all([system.head(), system.processManagers()]);
        return processes.map(({ name, position }) => ({ name, lag: system.behind(head, position).events }));
      },
      due: () => system.due(),
      oldestDueAgeSeconds: async () => (await system.oldestDueAgeMs()) / 1000,
      backlog: () => system.backlog(),
      eventStoreBytes: async () => system.eventStoreSize(await system.head()).bytes,
      readModelsBytes: () => system.readModelsSize(),
      actions: () => queries.health.totals(),
      deliveries: async () => (await queries.analytics.analytics()).totals,
    });
    return buildServer({
      apiKeys: context.get(ApiKeyCommands),
      audiences: context.get(AudienceCommands),
      deliveries: context.get(DeliveryCommands),
      events: context.get(EventCommands),
      feeds: context.get(FeedCommands),
      flows: context.get(FlowCommands),
      logIn: context.get(LogIn),
      members: context.get(MemberCommands),
      twoStep: context.get(TwoStepCommands),
      aggregates: context.get(AggregateStore),
      products: context.get(ProductCommands),
      profiles: context.get(ProfileCommands),
      queries,
      eventStore: context.get(TOKENS.EventStore),
      vault: context.get(TOKENS.Vault),
      readModels: context.get(ProjectionProgress),
      commits: context.get(ProjectionProgress),
      templates: context.get(TOKENS.TemplateEngine),
      organization: context.get(TOKENS.Settings).organization,
      clock: context.get(TOKENS.Clock),
      ids: context.get(TOKENS.Ids),
      logger: context.get(TOKENS.Logger),
      roles: context.get(TOKENS.Settings).roles,
      limits: context.get(TOKENS.HttpLimits),
      backPressure,
      system,
      rateLimit: context.get(TOKENS.Settings).rateLimit,
      trustedProxies: context.get(TOKENS.Settings).trustedProxies,
      status: () => engine.status(),
      metrics,
    });
  });
}
