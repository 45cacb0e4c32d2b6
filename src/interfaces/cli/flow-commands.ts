import { FlowCommands } from '../../application/commands/flows.js';
import { AddressPolicy } from '../../infrastructure/http-sender/address-policy.js';
import { HttpsEndpointChecker } from '../../infrastructure/http-sender/https-endpoint-checker.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { DjangoTemplateEngine } from '../../infrastructure/templating/django-template-engine.js';
import { FlowQueries } from '../../projections/flows/flow-queries.js';
import type { Settings } from '../../settings.js';
import type { Unlocked } from './with-event-store.js';
import { withReadModels } from './with-read-models.js';

/** The commands about flows, checking URLs as the server does. */
export function flowCommands(settings: Settings, { aggregates }: Unlocked): FlowCommands {
  const policy = new AddressPolicy(settings.allowNetworks, settings.allowPorts);
  return new FlowCommands(
    aggregates,
    new DjangoTemplateEngine(new SystemClock()),
    new RandomIds(),
    new HttpsEndpointChecker(policy, settings.extraCa),
    // Asked for time delays and splits alone, so that nothing else needs the read models.
    { flowOf: (actionId) => withReadModels(settings, (db) => new FlowQueries(db).flowOf(actionId)) },
  );
}
