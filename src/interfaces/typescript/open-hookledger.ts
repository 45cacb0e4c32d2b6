import type { Container } from 'inversify';
import { AggregateStore } from '../../application/aggregate-store.js';
import { BackPressure } from '../../application/back-pressure.js';
import { ApiKeyCommands } from '../../application/commands/api-keys.js';
import { AudienceCommands } from '../../application/commands/audiences.js';
import { DeliveryCommands } from '../../application/commands/deliveries.js';
import { EventCommands } from '../../application/commands/events.js';
import { FeedCommands } from '../../application/commands/feeds.js';
import { FlowCommands } from '../../application/commands/flows.js';
import { MemberCommands } from '../../application/commands/members.js';
import { ProductCommands } from '../../application/commands/products.js';
import { ProfileCommands } from '../../application/commands/profiles.js';
import { BEFORE_ALL } from '../../application/ports/event-store.js';
import { readHistory } from '../../application/queries/history.js';
import { createContainer, TOKENS } from '../../container.js';
import { Engine } from '../../engine.js';
import { KeyRing } from '../../infrastructure/security/key-ring.js';
import { lockedAlone } from '../../infrastructure/system/data-lock.js';
import { ProjectionProgress } from '../../projections/projection-progress.js';
import type { HttpServer } from '../http/http-server.js';
import { apiKeysOf, membersOf } from './access.js';
import { audiencesOf, metricsOf } from './catalog.js';
import { Contexts } from './contexts.js';
import { deliveriesOf } from './deliveries.js';
import { eventsOf } from './events.js';
import { feedsOf } from './feeds.js';
import { flowsOf } from './flows.js';
import type { Hookledger } from './hookledger.js';
import { HookledgerClosed } from './hookledger-closed.js';
import { SILENT_HOST, toHostLogger } from './host-logger.js';
import type { HookledgerOptions } from './options.js';
import { pluginOf } from './plugin.js';
import { productsOf } from './products.js';
import { profilesOf } from './profiles.js';
import { settingsOf } from './settings-of.js';
import { subscribe } from './subscription.js';
import { templatesOf } from './templates.js';
import { UnderWay } from './under-way.js';

const DEFAULT_ACTOR = 'embedded';

/** Of Node's timers; milliseconds. */
const LONGEST_INTERVAL = 2 ** 31 - 1;

const MASTER_KEY_IN_FILE =
  'no masterKey is given, so the master key is kept in keys.db (mode 600): back it up, apart from the events, since what is sealed opens with nothing else';

/** See createHookledger. */
export async function openHookledger(options: HookledgerOptions): Promise<Hookledger> {
  const settings = settingsOf(options);
  const logger = toHostLogger(options.logger ?? SILENT_HOST);
  const unlock = lockedAlone(settings, 'A hookledger');
  try {
    const container = await createContainer(settings, logger);
    const engine = container.get(Engine);
    try {
      if (container.get(KeyRing).masterKeyInFile) logger.info({}, MASTER_KEY_IN_FILE);
      await engine.start();
      return hookledgerOf(container, engine, options.actor ?? DEFAULT_ACTOR, unlock);
    } catch (error) {
      await engine.stop();
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

function hookledgerOf(container: Container, engine: Engine, actor: string, unlock: () => void): Hookledger {
  const underWay = new UnderWay();
  const [eventStore, vault, clock] = [
    container.get(TOKENS.EventStore),
    container.get(TOKENS.Vault),
    container.get(TOKENS.Clock),
  ];
  const [aggregates, events] = [container.get(AggregateStore), container.get(EventCommands)];
  const [audiences, queries] = [container.get(AudienceCommands), container.get(TOKENS.Queries)];
  const contexts = new Contexts(aggregates, container.get(TOKENS.Ids), vault, actor);
  const progress = container.get(ProjectionProgress);

  let server: Promise<HttpServer> | undefined;
  const serverOf = (): Promise<HttpServer> => {
    server ??= container.getAsync(TOKENS.HttpServer);
    return server;
  };
  // The engine's own timers keep no process running, and one that awaits a delivery may have nothing else.
  const running = setInterval(() => {}, LONGEST_INTERVAL);
  let closed: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    await underWay.close();
    try {
      await (await server)?.close();
      await engine.stop();
    } finally {
      unlock();
      clearInterval(running);
    }
  };
  const close = (): Promise<void> => {
    closed ??= closeAll();
    return closed;
  };

  return {
    flows: underWay.guard(flowsOf(container.get(FlowCommands), queries.flows, contexts, vault)),
    events: underWay.guard(eventsOf(events, contexts, clock, container.get(BackPressure))),
    metrics: underWay.guard(metricsOf(events, queries.catalog, contexts)),
    lists: underWay.guard(audiencesOf('list', audiences, queries, contexts)),
    segments: underWay.guard(audiencesOf('segment', audiences, queries, contexts)),
    profiles: underWay.guard(profilesOf(container.get(ProfileCommands), queries.profiles, contexts)),
    products: underWay.guard(productsOf(container.get(ProductCommands), queries.products, contexts)),
    templates: underWay.guard(
      templatesOf({
        templates: container.get(TOKENS.TemplateEngine),
        organization: container.get(TOKENS.Settings).organization,
        profiles: queries.profiles,
      }),
    ),
    feeds: underWay.guard(feedsOf(container.get(FeedCommands), queries.feed, contexts, vault)),
    deliveries: underWay.guard(deliveriesOf(container.get(DeliveryCommands), queries.activity, contexts)),
    apiKeys: underWay.guard(apiKeysOf(container.get(ApiKeyCommands), queries.access, contexts, clock)),
    members: underWay.guard(membersOf(container.get(MemberCommands), aggregates, contexts)),
    ...underWay.guard({
      analytics: (filter: Parameters<Hookledger['analytics']>[0]) => queries.analytics.analytics(filter),
      history: (stream: string, { asOf }: { asOf?: string } = {}) => readHistory(eventStore, vault, stream, asOf),
      position: () => eventStore.headPosition(),
      status: () => engine.status(),
    }),
    subscribe: (given = {}) => {
      if (underWay.closing.aborted) throw new HookledgerClosed();
      return subscribe(given, eventStore, vault, underWay);
    },
    // Not awaited by closing, which ends both: a reader that waits for read models would hold it up.
    caughtUp: async (position = BEFORE_ALL) => {
      if (underWay.closing.aborted) throw new HookledgerClosed();
      await unlessClosed(underWay, async () =>
        progress.caughtUpTo(position === BEFORE_ALL ? await eventStore.headPosition() : position),
      );
    },
    settled: async () => {
      if (underWay.closing.aborted) throw new HookledgerClosed();
      await unlessClosed(underWay, () => engine.idle());
    },
    plugin: pluginOf(serverOf),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What is given up because of closing is said to be so, whatever part of it gave up. @throws HookledgerClosed */
async function unlessClosed(underWay: UnderWay, wait: () => Promise<void>): Promise<void> {
  try {
    await wait();
  } catch (error) {
    throw underWay.closing.aborted ? new HookledgerClosed() : error;
  }
}
