import { SettingsError } from '../../settings.js';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What `--since` means: `2h`, `30m`, `7d` ago, or a time. @returns ISO 8601, UTC */
export function sinceIn(text: string): string {
  const [, number, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time = unit === undefined ? Date.parse(text) : Date.now() - Number(number) * (UNIT_MS[unit] as number);
  if (Number.isNaN(time)) {
    throw new SettingsError(`--since is '${text}'; it takes a time such as 2026-11-24T09:30:00Z, or 30m, 2h, 7d.`);
  }
  return new Date(time).toISOString();
}
