import { type HistoryEntry, readHistory } from '../../application/queries/history.js';
import { readSettings, SettingsError } from '../../settings.js';
import { withExistingUnlocked } from './with-event-store.js';
import { WorkFailed } from './work-failed.js';

export async function history(stream: string, flags: { data?: string; asOf?: string; json?: boolean }): Promise<void> {
  const settings = readSettings(flags, process.env);
  if (flags.asOf !== undefined && Number.isNaN(Date.parse(flags.asOf))) {
    throw new SettingsError(`--as-of is '${flags.asOf}'; it takes a time such as 2026-11-24T09:30:00Z.`);
  }
  const entries = await withExistingUnlocked(settings, ({ eventStore, vault }) =>
    readHistory(eventStore, vault, stream, flags.asOf),
  );
  if (entries.length === 0) {
    const then = flags.asOf === undefined ? '' : ` up to ${flags.asOf}`;
    throw new WorkFailed(
      `The stream '${stream}' has no events${then}; streams are named like delivery-<id> or flow-<id>.`,
    );
  }
  for (const entry of entries) process.stdout.write(flags.json ? `${JSON.stringify(entry)}\n` : paragraph(entry));
}

function paragraph({ revision, time, type, sentence, actor, causationId, correlationId }: HistoryEntry): string {
  return [
    `${String(revision).padStart(4)}  ${time}  ${type}`,
    `      ${sentence}`,
    `      by ${actor} · caused by ${causationId} · correlation ${correlationId}`,
    '',
    '',
  ].join('\n');
}
