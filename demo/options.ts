import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Send everything as fast as it goes, wait for every end, check the figures and stop. */
  once: boolean;
  /** The last line on standard output is the figures, as JSON. */
  json: boolean;
  /** Events a second; of no matter with `once`. */
  rate: number;
  dataDir: string;
}

/** Wrong usage; the message says what, for people. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Steady enough to watch: all 2,985 events take two and a half minutes. */
const DEFAULT_RATE = 20;
const MAX_RATE = 1_000;

export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

export const USAGE = `npm run demo -- [--once [--json]] [--rate N] [--data DIR]

  --once      send everything as fast as it goes, wait until all is delivered or given up, check the figures and stop
  --json      with --once: the figures as one line of JSON on standard output
  --rate N    events a second, ${DEFAULT_RATE} unless given
  --data DIR  the folder of the data, .demo/ in the project unless given; emptied if a former demo made it
`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): DemoOptions | 'help' {
  const flags = parse(args);
  if (flags.help) return 'help';
  if (flags.json && !flags.once) throw new UsageError('--json goes with --once: the figures stand only at the end.');
  const rate = flags.rate === undefined ? DEFAULT_RATE : Number(flags.rate);
  if (!(rate > 0 && rate <= MAX_RATE)) {
    throw new UsageError(`--rate is '${flags.rate}'; it takes a number of events a second, up to ${MAX_RATE}.`);
  }
  if (flags.data === '') throw new UsageError('--data is empty; it takes a folder.');
  return { once: flags.once, json: flags.json, rate, dataDir: flags.data ?? join(PROJECT, '.demo') };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        rate: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
