import { AggregateStore } from '../../application/aggregate-store.js';
import { ApiKeyCommands } from '../../application/commands/api-keys.js';
import { API_SCOPES, type ApiScope } from '../../domain/account/api-key.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { readSettings, SettingsError } from '../../settings.js';
import { commandLineContext } from './command-line-context.js';
import { withEventStore } from './with-event-store.js';

/** Prints the key alone on standard output, so that a script can take it. */
export async function createApiKey(flags: { data?: string; name: string; scopes: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const scopes = flags.scopes.split(',').map((scope) => scope.trim());
  const unknown = scopes.find((scope) => !API_SCOPES.includes(scope as ApiScope));
  if (unknown !== undefined) {
    throw new SettingsError(`--scopes holds '${unknown}', which is no scope; there are ${API_SCOPES.join(', ')}.`);
  }
  const ids = new RandomIds();
  const key = await withEventStore(settings, async (eventStore) => {
    const commands = new ApiKeyCommands(new AggregateStore(eventStore, new SystemClock(), ids), ids);
    return (await commands.issue(flags.name, scopes as ApiScope[], commandLineContext(ids.next()))).result.key;
  });
  process.stdout.write(`${key}\n`);
}
