import type { Position } from '../../application/ports/event-store.js';
import type { HistoryEntry } from '../../application/queries/history.js';
import type { EngineStatus } from '../../engine.js';
import type { Analytics, AnalyticsFilter } from '../../projections/analytics/analytics-queries.js';
import type { ApiKeys, Members } from './access.js';
import type { Audiences, Metrics } from './catalog.js';
import type { Deliveries } from './deliveries.js';
import type { Events } from './events.js';
import type { Feeds } from './feeds.js';
import type { Flows } from './flows.js';
import type { HookledgerPlugin } from './plugin.js';
import type { Products } from './products.js';
import type { Profiles } from './profiles.js';
import type { EventType, LedgerEvent, SubscribeOptions } from './subscription.js';
import type { Templates } from './templates.js';

/**
 * An engine that runs in this process. Commands resolve once what they recorded is durable; queries read what the read models
 * have taken in by then, which {@link Hookledger.caughtUp} waits for. After {@link Hookledger.close} all throws
 * {@link HookledgerClosed}.
 */
export interface Hookledger {
  /** Flows and their webhook actions. */
  readonly flows: Flows;
  /** What happened to profiles. */
  readonly events: Events;
  /** What events are of. */
  readonly metrics: Metrics;
  /** Lists of profiles. */
  readonly lists: Audiences;
  /** Segments of profiles. */
  readonly segments: Audiences;
  /** Who events are about. */
  readonly profiles: Profiles;
  /** Items and variants of the shop's catalog. */
  readonly products: Products;
  /** Trying out the bodies of webhook actions. */
  readonly templates: Templates;
  /** Subscriptions to the outbound feed. */
  readonly feeds: Feeds;
  /** What became of each webhook. */
  readonly deliveries: Deliveries;
  /** Keys for the HTTP API. */
  readonly apiKeys: ApiKeys;
  /** Who belongs to the installation. */
  readonly members: Members;

  /** Counts of deliveries, attempts and outcomes, by action and hour. */
  analytics(filter?: AnalyticsFilter): Promise<Analytics>;
  /**
   * What happened to one thing, as sentences, oldest first; none where there is no such stream.
   * @param stream its kind and id, such as `delivery-{id}`
   * @param options `asOf`: as it was at this time (ISO 8601)
   */
  history(stream: string, options?: { asOf?: string }): Promise<readonly HistoryEntry[]>;
  /**
   * The events that were recorded and those to come, in order, without a gap or a double. Ends when the consumer leaves the
   * loop, by `signal`, and when this hookledger is closed.
   */
  subscribe<Type extends EventType = EventType>(options?: SubscribeOptions<Type>): AsyncIterable<LedgerEvent<Type>>;

  /** Where the newest event stands; -1 while there is none. */
  position(): Promise<Position>;
  /**
   * Resolves once queries show, and events start, what was recorded up to a position: `await caughtUp(answer.position)` to read
   * what one has written. Everything there is now unless given, or where it is -1.
   */
  caughtUp(position?: Position): Promise<void>;
  /** Resolves once no attempt is under way and the read models are up to date: at rest, until something falls due. */
  settled(): Promise<void>;
  /** Whether all is well, and how each part is, for people. */
  status(): Promise<EngineStatus>;

  /** Serves the HTTP API inside of a host's fastify: `await app.register(hookledger.plugin)`. It ends with this hookledger, which the host closes itself. */
  readonly plugin: HookledgerPlugin;

  /** Ends subscriptions, awaits what was asked, ends every attempt under way and records it, then closes the stores. May be called again. */
  close(): Promise<void>;
  /** The same as {@link Hookledger.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
