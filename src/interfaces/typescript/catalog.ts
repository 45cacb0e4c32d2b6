import type { AudienceCommands } from '../../application/commands/audiences.js';
import type { EventCommands } from '../../application/commands/events.js';
import type { StartedTrigger } from '../../application/process-managers/trigger-deliveries.js';
import type { AudienceKind } from '../../domain/audience/audience.js';
import type { CatalogEntry, CatalogQueries } from '../../projections/catalog/catalog-queries.js';
import type { Page } from '../../projections/page.js';
import type { ProfileQueries, ProfileView } from '../../projections/profiles/profile-queries.js';
import { checkedName } from './checked-input.js';
import type { CommandOptions, Durable, RepeatableOptions } from './command-options.js';
import type { Contexts } from './contexts.js';
import { type Paging, pageRequest } from './paging.js';

/** What events are of: there is a metric for each name. */
export interface Metrics {
  /** Makes a metric known before its first event, for a flow to name; `created` is false where it was known. @throws RuleViolation `input_invalid` */
  create(name: string, options?: RepeatableOptions): Promise<Durable & { metricId: string; created: boolean }>;
  /** Undefined where there is none. */
  get(metricId: string): Promise<CatalogEntry | undefined>;
  /** Newest first. @throws InvalidCursor */
  list(filter?: { name?: string } & Paging): Promise<Page<CatalogEntry>>;
}

/** Lists, or segments: named sets of profiles. Joining one may start flows. */
export interface Audiences {
  /** Makes an empty one. @throws RuleViolation `input_invalid` */
  create(name: string, options?: RepeatableOptions): Promise<Durable & { audienceId: string }>;
  /**
   * Adds profiles. Those that are in it already are passed over; each of the others starts the flows of this list or segment.
   * @throws RuleViolation `audience_unknown`, `profile_unknown` with a pointer to the profile's place; then none is added
   */
  addProfiles(
    audienceId: string,
    profileIds: readonly string[],
    options?: RepeatableOptions,
  ): Promise<Durable & { started: readonly StartedTrigger[] }>;
  /** Removes profiles; starts nothing. @throws RuleViolation `audience_unknown`, `profile_unknown` */
  removeProfiles(audienceId: string, profileIds: readonly string[], options?: CommandOptions): Promise<Durable>;
  /** Undefined where there is none. */
  get(audienceId: string): Promise<CatalogEntry | undefined>;
  /** Newest first. @throws InvalidCursor */
  list(filter?: { name?: string } & Paging): Promise<Page<CatalogEntry>>;
  /** Who is in it, the last to join first. @throws InvalidCursor */
  members(audienceId: string, paging?: Paging): Promise<Page<ProfileView>>;
}

export const metricsOf = (commands: EventCommands, queries: CatalogQueries, contexts: Contexts): Metrics => ({
  async create(name, options = {}) {
    const context = await contexts.of(options, ['metrics.create', name]);
    const { result, position } = await commands.createMetric(checkedName(name), context);
    return { ...result, position };
  },
  get: (metricId) => queries.entry('metric', metricId),
  list: ({ size, cursor, ...filter } = {}) => queries.entries('metric', pageRequest({ size, cursor }), filter),
});

export const audiencesOf = (
  kind: AudienceKind,
  commands: AudienceCommands,
  queries: { catalog: CatalogQueries; profiles: ProfileQueries },
  contexts: Contexts,
): Audiences => ({
  async create(name, options = {}) {
    const context = await contexts.of(options, [`${kind}s.create`, name]);
    const { result, position } = await commands.create(kind, checkedName(name), context);
    return { ...result, position };
  },
  async addProfiles(audienceId, profileIds, options = {}) {
    const context = await contexts.of(options, [`${kind}s.addProfiles`, audienceId, profileIds]);
    const { result: started, position } = await commands.addProfiles(kind, audienceId, profileIds, context);
    return { started, position };
  },
  async removeProfiles(audienceId, profileIds, options = {}) {
    const context = await contexts.of(options, [`${kind}s.removeProfiles`, audienceId, profileIds]);
    const { position } = await commands.removeProfiles(kind, audienceId, profileIds, context);
    return { position };
  },
  get: (audienceId) => queries.catalog.entry(kind, audienceId),
  list: ({ size, cursor, ...filter } = {}) => queries.catalog.entries(kind, pageRequest({ size, cursor }), filter),
  members: (audienceId, paging = {}) => queries.profiles.membersOf(audienceId, pageRequest(paging)),
});
