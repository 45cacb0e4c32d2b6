import type { Kysely } from 'kysely';
import type { Vault } from '../../application/ports/vault.js';
import type { Projection } from '../../projections/projection.js';
import type { ReadTables } from '../../projections/read-tables.js';
import type { Settings } from '../../settings.js';
import { upToDate } from './up-to-date.js';
import { withExistingUnlocked } from './with-event-store.js';
import { withReadModels } from './with-read-models.js';

/** How long a running server is given to take in what was appended just now; milliseconds. */
const PATIENCE = 500;

const BEHIND =
  'The read models are behind the event store, so what is shown here may be old; a running server brings them up to date.\n';

/** Looks at read models, and says on standard error where they are behind. @throws WorkFailed, ReadModelsUnusable */
export async function withLook<T>(
  settings: Settings,
  projections: readonly Projection[],
  use: (db: Kysely<ReadTables>, vault: Vault) => Promise<T>,
): Promise<T> {
  return withExistingUnlocked(settings, ({ sealedEventStore, vault }) =>
    withReadModels(settings, async (db) => {
      if (!(await upToDate(sealedEventStore, db, projections, PATIENCE))) process.stderr.write(BEHIND);
      return use(db, vault);
    }),
  );
}
