import { SILENT } from '../../application/ports/logger.js';
import { migrate } from '../../infrastructure/read-models/postgres/rebuild-schema.js';
import { readSettings, shownLocation } from '../../settings.js';
import { type JsonFlag, printResult } from './print-result.js';
import { progressLine } from './progress-line.js';
import { withUnlocked } from './with-event-store.js';

/**
 * Makes the tables in PostgreSQL, or builds them anew where they are of an older version, beside the old ones that servers
 * go on with. In a file the server does so itself.
 */
export async function migrateReadModels(flags: JsonFlag & { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const { readModels } = settings;
  const where = shownLocation(readModels);
  if (readModels.kind === 'sqlite') {
    const sentence = `The read models at ${where} are a file: the server itself brings it to its version.`;
    printResult(flags, { readModels: where, done: 'nothing' }, sentence);
    return;
  }
  const line = progressLine();
  const { done, position } = await withUnlocked(settings, ({ sealedEventStore, vault }) =>
    migrate(sealedEventStore, vault, readModels.url, where, SILENT, line.show),
  );
  line.end();
  const sentences = {
    created: `The read models at ${where} were made, empty; a projector fills them.`,
    nothing: `The read models at ${where} are of this version already.`,
    rebuilt: `The read models at ${where} were built anew, up to position ${position}.`,
  };
  printResult(flags, { readModels: where, done, position }, sentences[done]);
}
