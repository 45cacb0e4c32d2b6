import { ProfileCommands } from '../../application/commands/profiles.js';
import { NO_SEGMENTS } from '../../application/process-managers/segment-membership.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { readSettings, SettingsError } from '../../settings.js';
import { commandLineContext } from './command-line-context.js';
import { type JsonFlag, printResult } from './print-result.js';
import { withExistingUnlocked } from './with-event-store.js';

export interface ForgetFlags extends JsonFlag {
  data?: string;
  email?: string;
  phoneNumber?: string;
  externalId?: string;
}

/** Destroys the profile's key at once; a running server, or the next one, skips what waits to be sent. */
export async function forgetProfile(id: string | undefined, flags: ForgetFlags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const { email, phoneNumber: phone_number, externalId: external_id } = flags;
  const given = [id, email, phone_number, external_id].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new SettingsError('Name one profile: by its id, --email, --phone-number or --external-id.');
  }
  const attributes = {
    ...(email === undefined ? {} : { email }),
    ...(phone_number === undefined ? {} : { phone_number }),
    ...(external_id === undefined ? {} : { external_id }),
  };
  const reference = { ...(id === undefined ? {} : { id: id.replace(/^profile-/, '') }), attributes };
  const ids = new RandomIds();
  const { result } = await withExistingUnlocked(settings, ({ aggregates, vault }) =>
    new ProfileCommands(aggregates, ids, vault, NO_SEGMENTS).forget(reference, commandLineContext(ids.next())),
  );
  printResult(
    flags,
    { profileId: result.profileId, forgotten: true },
    `The profile ${result.profileId} is forgotten: its key is destroyed, and what waits to be sent of it is skipped by the server. Back-ups of the keys that were made before still hold its key.`,
  );
}
